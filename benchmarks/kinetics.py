"""Question: what does the same kinetics cost? Beside the field's own solver of ensembles.

Diffrax, Kidger 2021 (thesis, Oxford), as one vectorised call over all bodies, where
``pip install diffrax`` has been done.
"""

import numpy as np
from rich.table import Table
from timing import cpu_s, ratio

from resetsim.body.many_bodies import ManyDrugCourses, ManyInfusions
from resetsim.declare.drug import read_drug
from resetsim.declare.files import find_file

BODIES, INFUSION_H, END_H = 1000, 100.0, 335.0
TOLERANCE = 1e-6
SOLVERS = ("Kvaerno5", "Tsit5")


def against_ensembles() -> Table:
    """Return the cost of concentrations at the effect site of many bodies, hourly."""
    shown = Table(title=f"100 h of S-ketamine in {BODIES:,} bodies, hourly for 14 days")
    for heading in ("solver", "CPU s", "takes longer by", "largest difference, ug/L"):
        shown.add_column(heading, justify="right" if shown.columns else "left")
    exact, own = _exact()
    shown.add_row("exact between edges (body/many_bodies.py)", f"{own:.3f}", "1 ×", "–")
    try:
        found = [_by_diffrax(solver) for solver in SOLVERS]
    except ImportError:
        shown.add_row("Diffrax: not installed", "", "", "")
        return shown
    for solver, (concentration, cost) in zip(SOLVERS, found, strict=True):
        difference = 1000 * np.abs(concentration - exact).max()
        name = f"Diffrax, {solver}, {TOLERANCE:g}, compiled before"
        shown.add_row(name, f"{cost:.3f}", f"{ratio(cost / own)} ×", f"{difference:.2g}")
    return shown


def _bodies() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return clearance and volume, relative to the drug's file, and mg/kg/h of 20 mg/h."""
    generator = np.random.default_rng(1)
    clearance, volume = (generator.lognormal(0, sigma, BODIES) for sigma in (0.25, 0.2))
    return clearance, volume, 20 / np.clip(generator.normal(75, 14, BODIES), 40, 140)


def _exact() -> tuple[np.ndarray, float]:
    drug = read_drug(find_file("s_ketamine", "drug"))
    clearance, volume, rate = _bodies()
    infusion = ManyInfusions(np.zeros(BODIES), np.full(BODIES, INFUSION_H / 24), rate)
    hourly_d = np.tile(np.arange(END_H + 1) / 24, (BODIES, 1))

    def concentration() -> np.ndarray:
        course = ManyDrugCourses(drug, clearance, volume, (infusion,))
        return (course._filled(hourly_d) * course.modes.effect_site[:, None, :]).sum(axis=2)

    return concentration(), cpu_s(concentration, repeats=5)


def _by_diffrax(solver: str) -> tuple[np.ndarray, float]:
    import diffrax
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    kinetics = read_drug(find_file("s_ketamine", "drug")).kinetics
    names = ("k10", "k12", "k21", "k13", "k31", "ke0")
    k10, k12, k21, k13, k31, ke0 = (
        float(getattr(kinetics, name).value.m_as("1/hour")) for name in names
    )
    central = float(kinetics.central_volume.value.m_as("L/kg"))

    def slope(time_h, amounts, body):
        clearance, volume, rate = body
        plasma, second, third, effect = amounts
        given = jnp.where(time_h < INFUSION_H, rate, 0.0)
        return jnp.array(
            [
                given
                - (k10 * clearance / volume + k12 + k13) * plasma
                + k21 * second
                + k31 * third,
                k12 * plasma - k21 * second,
                k13 * plasma - k31 * third,
                ke0 * (plasma / (volume * central) - effect),
            ]
        )

    def effect_site(clearance, volume, rate):
        steps = diffrax.PIDController(rtol=TOLERANCE, atol=TOLERANCE / 1000)
        return diffrax.diffeqsolve(
            diffrax.ODETerm(slope),
            getattr(diffrax, solver)(),
            0.0,
            END_H,
            None,
            jnp.zeros(4),
            args=(clearance, volume, rate),
            saveat=diffrax.SaveAt(ts=jnp.arange(END_H + 1)),
            stepsize_controller=diffrax.ClipStepSizeController(
                steps, jump_ts=jnp.array([INFUSION_H])
            ),
            max_steps=100_000,
        ).ys[:, 3]

    together = jax.jit(jax.vmap(effect_site))
    bodies = tuple(map(jnp.array, _bodies()))
    found = np.asarray(together(*bodies))  # compiles
    return found, cpu_s(lambda: together(*bodies).block_until_ready(), repeats=3)
