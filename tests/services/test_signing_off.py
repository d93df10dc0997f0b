"""Drafting and signing: told finely, cancelled anywhere without a trace, closed only with its bundle."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.result import Result
from ecpanel.progress import Cancelled, part_of, silent
from ecpanel.records import from_json
from ecpanel.services import chair
from ecpanel.services.checking import check_store
from ecpanel.services.documents import WHOLE, draft_documents, write_report
from ecpanel.services.moderation import open_moderation
from ecpanel.services.opening import open_store, system_clock
from ecpanel.services.rehearsal import PASSPHRASE
from ecpanel.services.sign_off import write_result_bundle
from ecpanel.services.verification import verify_bundle
from ecpanel.store import journal

from .reviews import settle, small_review
from .rewriting import copied

STAGES = (
    "读取评分", "计算结果", "生成评审结果工作簿", "压缩评审结果工作簿", "生成评审报告",
    "核对评审报告", "核对评审结果工作簿", "签名评审结果工作簿", "制作存档版式", "签名评审报告", "写出文件", "写出成果包",
    "生成", "分册已生成",
)  # fmt: skip
"""How every text of progress begins, in order."""


@pytest.fixture(scope="module")
def ready(tmp_path_factory, cheap) -> Path:
    """A chair's store with nothing left to settle."""
    review = small_review(tmp_path_factory.mktemp("签发"), cheap)
    with open_store(review.chair_store, PASSPHRASE) as store:
        chair.take_in(store, review.packages, review.fingerprints, system_clock, silent)
        open_moderation(store, "", system_clock)
        settle(store)
    return review.chair_store


@pytest.fixture
def desk(ready, tmp_path):
    with open_store(copied(ready, tmp_path / "组长"), PASSPHRASE) as store:
        yield store


@pytest.fixture
def stick(tmp_path) -> Path:
    folder = tmp_path / "U盘"
    folder.mkdir()
    return folder


class Watch:
    """Remembers what was told, and cancels at the call of a number, or at the last of a stage."""

    def __init__(self, cancel_at: int = -1) -> None:
        self.told: list[tuple[int, int, str]] = []
        self._cancel_at = cancel_at

    def __call__(self, done: int, total: int, text: str) -> None:
        self.told.append((done, total, text))
        if len(self.told) - 1 == self._cancel_at:
            raise Cancelled

    def stages(self) -> list[str]:
        """Stages in the order in which they were first told."""
        found = [next(one for one in STAGES if text.startswith(one)) for _, _, text in self.told]
        return list(dict.fromkeys(found))

    def ends(self) -> list[int]:
        """Numbers of the first and last call of every stage."""
        found: dict[str, list[int]] = {}
        for number, (_, _, text) in enumerate(self.told):
            found.setdefault(next(one for one in STAGES if text.startswith(one)), []).append(number)
        return sorted({end for numbers in found.values() for end in (numbers[0], numbers[-1])})


def lines(store) -> list[journal.Line]:
    with store.reading() as connection:
        return journal.lines(connection)


def test_progress_is_fine_and_never_goes_back(desk, stick):
    watch = Watch()
    write_result_bundle(desk, stick / "成果包.zip", system_clock, watch)
    assert watch.stages() == [one for one in STAGES if one not in ("读取评分", "写出文件")]
    done = [one for one, _, _ in watch.told]
    assert done == sorted(done) and done[0] == 0 and done[-1] <= WHOLE
    assert {total for _, total, _ in watch.told} == {WHOLE}
    assert len(watch.told) > 60, "even three firms are told page by page and sheet by sheet"


def test_a_draft_is_in_memory_and_is_what_the_report_writes(desk, stick):
    at = system_clock()
    before = lines(desk)
    draft = draft_documents(desk, lambda: at, silent)
    assert list(stick.iterdir()) == [] and lines(desk) == before
    written = write_report(desk, stick / "稿", lambda: at, silent)
    assert (written.data, written.workbook) == (draft.data, draft.workbook)
    assert (written.ranked, written.recommended) == (draft.ranked, draft.recommended) == (3, 1)
    assert {path.name: path.read_bytes() for path in (stick / "稿").iterdir()} == {
        "评审报告.pdf": written.report,
        "评审结果.xlsx": written.workbook,
        "data.json": written.data,
    }
    result = from_json(Result, draft.data, where="data")
    assert {line.state for line in result.lines} == {"ranked"}
    assert draft.report.startswith(b"%PDF-")


def test_a_cancelled_draft_or_report_leaves_nothing(desk, stick):
    watch = Watch()
    write_report(desk, stick / "全", system_clock, watch)
    for number in watch.ends():
        with pytest.raises(Cancelled):
            write_report(desk, stick / "稿", system_clock, Watch(number))
        assert not (stick / "稿").exists(), watch.told[number]


def test_a_cancelled_bundle_leaves_nothing_on_the_stick_and_the_review_open(ready, desk, stick, tmp_path):
    watch = Watch()
    with open_store(copied(ready, tmp_path / "另"), PASSPHRASE) as other:
        write_result_bundle(other, tmp_path / "另" / "成果包.zip", system_clock, watch)
    before = lines(desk)
    bundle = stick / "成果包.zip"
    assert watch.ends()[-1] == len(watch.told) - 1, "the very last call can still cancel"
    for number in watch.ends():
        with pytest.raises(Cancelled):
            write_result_bundle(desk, bundle, system_clock, Watch(number))
        assert list(stick.iterdir()) == [], watch.told[number]
        assert lines(desk) == before, watch.told[number]
    assert check_store(desk).problems == ()
    chair.reopen_submission(desk, "E01", "评审仍可改动", system_clock)
    write_result_bundle(desk, bundle, system_clock, silent)
    assert verify_bundle(bundle, silent).sound
    with pytest.raises(EcpanelError, match="review_closed"):
        chair.reopen_submission(desk, "E01", "评审已经签发", system_clock)


def test_a_cancelled_bundle_leaves_an_earlier_file_of_that_name_alone(desk, stick):
    bundle = stick / "成果包.zip"
    bundle.write_bytes("别的评审的成果包".encode())
    for number in (0, 40):
        with pytest.raises(Cancelled):
            write_result_bundle(desk, bundle, system_clock, Watch(number))
        assert bundle.read_bytes() == "别的评审的成果包".encode()
        assert [path.name for path in stick.iterdir()] == ["成果包.zip"]


def test_a_review_that_cannot_be_closed_takes_its_bundle_back(desk, stick):
    """The clock of the machine fails at the very moment when the closure is written."""
    bundle = stick / "成果包.zip"
    before = lines(desk)

    def clock() -> datetime:
        if bundle.exists():
            raise OSError("no clock")
        return system_clock()

    with pytest.raises(EcpanelError, match="file_trouble"):
        write_result_bundle(desk, bundle, clock, silent)
    assert list(stick.iterdir()) == [] and lines(desk) == before
    write_result_bundle(desk, bundle, system_clock, silent)
    assert verify_bundle(bundle, silent).sound


def test_a_change_made_meanwhile_stops_the_signing(desk, stick):
    """The bundle would not hold what the review holds."""
    changed: list[str] = []

    def progress(done: int, total: int, text: str) -> None:
        if text.startswith("签名评审报告") and not changed:
            changed.append(text)
            chair.void_expert(desk, "E03", "签发之际发现回避", system_clock)

    with pytest.raises(EcpanelError, match="review_moved_on"):
        write_result_bundle(desk, stick / "成果包.zip", system_clock, progress)
    assert changed and list(stick.iterdir()) == []
    assert lines(desk)[-1].action == "void"


def test_a_part_tells_its_share_of_the_whole():
    told: list[tuple[int, int, str]] = []
    part = part_of(lambda *given: told.append(given), 100, 300, 1000)
    for done, total in ((0, 4), (1, 4), (4, 4), (9, 4), (5, 0)):
        part(done, total, "甲")
    assert told == [(place, 1000, "甲") for place in (100, 150, 300, 300, 100)]
