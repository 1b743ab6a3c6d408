"""The kinds of parameters that a model file has, each with its dimension and its range."""

from typing import Annotated

from resetsim.declare.parameters import Parameter, parameter_of
from resetsim.declare.ranges import between

Capacitance = Annotated[Parameter, parameter_of("pF"), between("1 pF", "10 nF")]
Conductance = Annotated[Parameter, parameter_of("nS"), between("0 nS", "10 uS")]
Voltage = Annotated[Parameter, parameter_of("mV"), between("-200 mV", "200 mV")]
Concentration = Annotated[Parameter, parameter_of("mM"), between("0 mM", "100 mM")]
HalfConcentration = Annotated[Parameter, parameter_of("mM"), between("0.001 mM", "1000 mM")]
PerVoltage = Annotated[Parameter, parameter_of("1/mV"), between("0 1/mV", "0.5 1/mV")]
CalciumPerConductance = Annotated[
    Parameter, parameter_of("1/s/nS"), between("0 1/s/nS", "1000 1/s/nS")
]

# A calcium step longer than the decay of calcium would make it swing.
TimeStep = Annotated[Parameter, parameter_of("ms"), between("0.01 ms", "1 ms")]
CalciumTimeStep = Annotated[Parameter, parameter_of("ms"), between("0.01 ms", "5 ms")]
CalciumTime = Annotated[Parameter, parameter_of("ms"), between("5 ms", "1 min")]
Time = Annotated[Parameter, parameter_of("ms"), between("0.1 ms", "1 min")]
Delay = Annotated[Parameter, parameter_of("ms"), between("0 ms", "1 s")]

Rate = Annotated[Parameter, parameter_of("Hz"), between("0 Hz", "1000 Hz")]
HalfRate = Annotated[Parameter, parameter_of("Hz"), between("0.001 Hz", "1000 Hz")]
CalciumInflux = Annotated[Parameter, parameter_of("Hz"), between("0 Hz", "100000 Hz")]

Length = Annotated[Parameter, parameter_of("m"), between("0 m", "3 m")]
Velocity = Annotated[Parameter, parameter_of("m/s"), between("0.05 m/s", "200 m/s")]
VelocitySpread = Annotated[Parameter, parameter_of("m/s"), between("0 m/s", "200 m/s")]

Ratio = Annotated[Parameter, parameter_of(""), between(0, 1000)]

# Of the slow variables, which all lie between 0 and 1. The exponential of a threshold over the
# narrowest width is still a number.
PhaseThreshold = Annotated[Parameter, parameter_of(""), between(0, 2)]
PhaseWidth = Annotated[Parameter, parameter_of(""), between(0.005, 1)]
Share = Annotated[Parameter, parameter_of(""), between(0, 1)]
Gain = Annotated[Parameter, parameter_of(""), between(0, 100)]
SlowRate = Annotated[Parameter, parameter_of("Hz"), between("0 Hz", "100 Hz")]
SlowTime = Annotated[Parameter, parameter_of("day"), between("1 s", "1000 year")]
