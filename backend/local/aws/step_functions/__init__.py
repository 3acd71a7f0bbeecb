"""Step Functions: an interpreter of the few states that our machines are made of.

moto brings an interpreter of all states (LocalStack's), which does not fit here: its import takes
0.6 s of the processor and 127 MB, each waiting execution holds two threads, a Wait ends up to a
second early and nothing survives a restart.  Here a waiting execution is one entry of an agenda;
executions are in the journal, and those that were running begin again from their input: their
Waits name a moment, and what follows may be done twice.

Known are Wait, Task (``lambda:invoke``), Choice, Succeed and Fail, with JSONPath.  A state, a
field or an intrinsic function beyond that is refused when the template is deployed.
Source: "Amazon States Language", states-language.net.
"""
