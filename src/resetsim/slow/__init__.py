"""The second clock: drift measured at frozen weights, and slow plasticity over months."""
