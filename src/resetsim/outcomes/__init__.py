"""What became of a patient: relapse, forgetting, pain, the row of the summary."""
