"""Does the compiled slow clock decide as the reference does, over many random timelines?"""

from known_drift import known_system, known_table
from random_timelines import asked_of, compared, timelines

from resetsim.slow import kernel, reference
from resetsim.slow.clock import USUAL

COUNT = 100


def test_random_timelines_agree_with_the_reference():
    system = known_system(known_table())
    courses = [asked_of(each, system) for each in timelines(COUNT, seed=1)]
    found = kernel.integrate(system, courses, USUAL)
    exact = [reference.integrate(system, each) for each in courses]
    differences, sides = zip(*map(compared, found, exact), strict=True)
    assert max(differences) < 0.005
    assert sum(sides) >= COUNT - 1
    # Both outcomes are among them, or the sides would say nothing.
    returned = sum(each.states[-1, 0, 1] > 0.3 for each in exact)
    assert 0.1 < returned / COUNT < 0.9
