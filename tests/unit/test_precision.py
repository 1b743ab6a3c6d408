"""An experiment may have drift sampled more precisely than its model has it; the rest stays."""

from resetsim.declare.experiment import read_experiment
from resetsim.study.experiment import prepare

FILE = """
question = "How precise?"
model = "dorsal_horn"

[sampling]
early_error = 0.005
samples_at_most = 128

[vary]
"sampling.early_error" = [0.005, 0.01]

[follow_up]
until = "1 day"
"""


def test_each_precision_has_a_sampler_of_its_own(tmp_path):
    file = tmp_path / "precise.toml"
    file.write_text(FILE)
    fine, coarse = (arm.dorsal_horn for arm in prepare(read_experiment(file)))
    assert (fine.sampler.sampling.early_error, coarse.sampler.sampling.early_error) == (0.005, 0.01)
    (shipped,) = prepare(read_experiment("windup"))[:1]
    model = shipped.dorsal_horn.model
    assert fine.model.sampling == model.sampling.model_copy(
        update={"early_error": 0.005, "samples_at_most": 128}
    )
    assert fine.model.model_copy(update={"sampling": model.sampling}) == model
