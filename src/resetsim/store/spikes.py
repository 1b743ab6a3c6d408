"""Spikes of assays: what tells them apart, so that arms which share them store them once."""

from hashlib import sha256

from resetsim.records.result import AssayResult


def spikes_key(assay: AssayResult) -> str:
    """Return a hash of all spikes of an assay.

    Parameters
    ----------
    assay
        Of any arm.

    Returns
    -------
    str
        The same for the same spikes of the same sources.
    """
    digest = sha256(repr(assay.time_step_s).encode())
    for source, step in assay.spike_step.items():
        digest.update(f"{source} {len(step)} ".encode())
        digest.update(step.tobytes() + assay.spike_index[source].tobytes())
    return digest.hexdigest()
