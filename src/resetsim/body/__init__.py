"""What the body does with a drug: kinetics, and the effects of each dosing."""
