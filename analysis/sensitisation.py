"""Figure: hyperalgesia, allodynia and ongoing pain by mechanism, and under nerve block."""

from figure import write_figure

from resetsim.views.sensitisation import draw_sensitisation

if __name__ == "__main__":
    write_figure("sensitisation", "sensitisation", draw_sensitisation)
