"""Tables, figures and report of a cohort."""
