"""Recall of memories of different age under a coma, and capacity: figures of ``memory.md``."""

from figure import write_figure

from resetsim.views.memory import draw_capacity, draw_recall

if __name__ == "__main__":
    write_figure("memory_recall", "memory_under_blockade", draw_recall)
    write_figure("memory_capacity", "memory_capacity", draw_capacity)
