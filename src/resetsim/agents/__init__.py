"""Who acts over the timeline: the patient, its periphery, what it learned."""
