"""What a run gives: plain records of arrays and numbers, without behaviour."""
