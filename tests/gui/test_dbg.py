import tracemalloc, gc
from gui.test_expert_day import *
def test_x(qtbot, parts, tmp_path, cheap):
    issued = issue(tmp_path, cheap, 24)
    own_store(issued, cheap).close()
    seat = Seat(qtbot, parts, tmp_path / "E02.ecreview")
    desk = seat.sit_down(); seat.read_page()
    tracemalloc.start(8)
    a=None
    for n,one in enumerate(spend_day(desk, 24)):
        if n==7: gc.collect(); a=tracemalloc.take_snapshot()
        if n==22: gc.collect(); b=tracemalloc.take_snapshot()
    print("TOTAL KB per firm", sum(s.size_diff for s in b.compare_to(a,"filename"))/1024/15)
    for s in b.compare_to(a,"lineno")[:14]: print(s)
    from collections import Counter
