"""resetsim: does a long NMDA blockade reset chronic pain and spare memory?"""

__version__ = "0.1.0"
