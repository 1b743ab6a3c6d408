"""Questions: what does averaging save, and what does an arm or a day cost? In CPU seconds."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

from rich.table import Table
from timing import cpu_s, medians, ratio
from workload import STANDALONE, arm, arms, table, task_of

from resetsim.declare.plan import Direct
from resetsim.patients.units import Units
from resetsim.progress import Silent
from resetsim.slow.system import SECONDS_PER_DAY
from resetsim.spiking.engine import Engine
from resetsim.spiking.task import Circuit
from resetsim.study.courses import all_courses
from resetsim.study.direct import direct_tasks
from resetsim.study.dorsal_horn_course import solved_dorsal_horn

FOLLOW_UP_D = 240
DAYS = (60, FOLLOW_UP_D, 960)
ARMS = (1, 6, 18)
DIRECT_S = 10.0


@cache
def arm_cpu_s() -> dict[int, float]:
    """Return the CPU seconds of integrating an arm from a measured table, by its length in days."""
    prepared = arm()
    slow = prepared.dorsal_horn.with_table(table())

    def integration(days: int) -> Callable[[], object]:
        patient = prepared.patient.until(float(days))
        return lambda: solved_dorsal_horn(slow, patient, prepared.moments_d)

    integration(FOLLOW_UP_D)()  # the dense table is made once
    return medians({days: integration(days) for days in DAYS}, repeats=25)


def over_days() -> Table:
    """Return what an arm costs by the length of its timeline."""
    shown = Table(title="What does a longer follow-up cost? One arm, its drift in the table")
    for heading in ("days", "integration, CPU ms", "against 240 days"):
        shown.add_column(heading, justify="right")
    found = arm_cpu_s()
    for days, cost in found.items():
        shown.add_row(str(days), f"{1000 * cost:.1f}", f"{ratio(cost / found[FOLLOW_UP_D])} ×")
    return shown


def over_arms() -> Table:
    """Return what arms cost with their simulations in the store: dorsal horn, memory and pain."""
    shown = Table(title="What does another arm cost? 240 days, finished simulations in the store")
    for heading in ("arms", "all courses, CPU s", "per arm, CPU ms"):
        shown.add_column(heading, justify="right")
    all_courses(arms(), STANDALONE, Silent())
    works = {count: lambda count=count: _courses(count) for count in ARMS}
    for count, cost in medians(works, repeats=5).items():
        shown.add_row(str(count), f"{cost:.2f}", f"{1000 * cost / count:.0f}")
    return shown


def _courses(count: int) -> object:
    return all_courses(arms()[:count], STANDALONE, Silent())


def against_real_time() -> Table:
    """Return the averaged engine against direct simulation of the same 240 days."""
    cost = direct_cost()
    direct = FOLLOW_UP_D * SECONDS_PER_DAY * cost
    sampling = arm().dorsal_horn.sampler.sampling
    nodes = table().nodes.values()
    runs = sum(node.samples for node in nodes)
    length_s = sampling.warm_up_s + sampling.sample_s
    sampled = runs * cpu_s(
        lambda: Engine("standalone", keep=False).run([task_of(_circuit(), length_s)]), repeats=3
    )
    integrated = arm_cpu_s()[FOLLOW_UP_D]
    shown = Table(title="What does averaging save? One arm of 240 days, on one core")
    shown.add_column("engine")
    for heading in ("CPU s", "direct takes longer by"):
        shown.add_column(heading, justify="right")
    shown.add_row(
        f"direct, extrapolated from {DIRECT_S:.0f} s at {cost:.3f} s each", f"{direct:,.0f}", "1 ×"
    )
    cold = sampled + integrated
    shown.add_row(
        f"averaged, nothing in the store ({len(nodes)} nodes, {runs} runs of {length_s:.0f} s)",
        f"{cold:.1f}",
        f"{ratio(direct / cold)} ×",
    )
    shown.add_row(
        "averaged, drift in the table", f"{integrated:.4f}", f"{ratio(direct / integrated)} ×"
    )
    return shown


def _circuit() -> Circuit:
    return arm().dorsal_horn.circuit


@cache
def direct_cost() -> float:
    """Return CPU seconds per biological second of the whole plastic network, which is one unit."""
    prepared = arm()
    system = prepared.dorsal_horn
    circuit = Circuit(system.model, system.rule)
    patient = replace(prepared.patient, units=Units())
    patient = patient.until(patient.start_d + DIRECT_S / SECONDS_PER_DAY)
    (task,) = direct_tasks(circuit, patient, Direct(epsilon=(1.0,)), seed=1)
    arguments = {**task.arguments, "c_fibre.background": 1.4}
    task = replace(task, arguments=arguments)
    engine = Engine("standalone", keep=False)
    engine.run([task])  # compiles if need be
    return cpu_s(lambda: engine.run([task]), repeats=3) / DIRECT_S
