"""Instructors and markers at work in `autograder review`, in a real browser, on a class of 300."""

from __future__ import annotations

import contextlib
import csv
import http.client
import sqlite3
from urllib.parse import quote, urlencode, urlsplit

import pytest
from support.class_out import write_class
from support.patience import HANG_MILLISECONDS, HANG_SECONDS
from support.review_server import review_server

from autograder.intake.systems.mapping import Mapping

pytestmark = [pytest.mark.browser, pytest.mark.kernel, pytest.mark.slow]

STUDENTS = 300
MALLORY = "Carla_Abel_1002"  # whose hand-in is hostile
WHY = "marking/question?q=1-squares/why-not-negative"
SCREENS = {
    "class": "?search=abel",
    "intake": "intake?search=_1001_",
    "preview": "intake/preview?file=0",
    "questions": "marking",
    "marking": WHY,
    "items": "items",
    "item": "items/item?q=1-squares/square",
    "giving": "giving",
    "student": f"student?id={MALLORY}",
}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A class that has been graded, and the pages of it."""
    with review_server(write_class(tmp_path_factory.mktemp("review"), STUDENTS)) as server:
        yield server


@pytest.fixture(scope="module")
def context(browser, served):
    """A browser in which somebody has opened the address with its token. It writes down what is asked for elsewhere."""
    opened = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    opened.set_default_timeout(HANG_MILLISECONDS)
    opened.elsewhere = []
    opened.on("request", lambda one: one.url.startswith(served.address) or opened.elsewhere.append(one.url))
    page = opened.new_page()
    page.goto(served.page(f"?token={served.token}"))
    page.close()
    yield opened
    opened.close()


@pytest.fixture
def desk(context):
    """A page of that browser."""
    fresh = context.new_page()
    yield fresh
    fresh.close()


def given(served, question: str) -> dict[str, tuple[float | None, bool]]:
    """What persons gave for an item, and whether it still waits, by student."""
    with contextlib.closing(sqlite3.connect(served.out.gradebook)) as database:
        rows = database.execute(
            "SELECT submitted_assignment.student_id, manual_score, needs_manual_grade FROM grade"
            " JOIN base_cell ON grade.cell_id = base_cell.id JOIN submitted_notebook ON grade.notebook_id ="
            " submitted_notebook.id JOIN submitted_assignment ON submitted_notebook.assignment_id ="
            " submitted_assignment.id WHERE base_cell.name = ?",
            (question,),
        )
        return {student: (score, bool(waits)) for student, score, waits in rows}


def marked(served, question: str, score: float) -> int:
    """How many have this score from a person."""
    return sum(one == (score, False) for one in given(served, question).values())


def answer(page) -> str:
    """The answer that is shown."""
    return page.locator("pre.answer").first.inner_text()


def said(page, text: str) -> None:
    """Wait until the page says something."""
    page.locator("#said", has_text=text).wait_for()


# marking


def test_a_class_is_marked_with_the_keyboard(desk, served) -> None:
    """A key for a line of the rubric, Enter for the next: each decision serves everybody with that answer."""
    desk.goto(served.page(WHY))
    many = int(desk.inner_text("#for-how-many"))
    first = answer(desk)
    desk.keyboard.press("1")
    desk.keyboard.press("2")
    assert "1.5" == desk.input_value("#score")
    desk.keyboard.press("Enter")
    said(desk, "Saved")
    assert (True, many) == (many > 20, marked(served, "why-not-negative", 1.5))
    assert first != answer(desk)
    desk.keyboard.press("u")
    said(desk, "Taken back")
    assert 0 == marked(served, "why-not-negative", 1.5)


def test_near_answers_are_chosen_by_a_person(desk, served) -> None:
    """Answers that are nearly the same are served when a person says so, with what differs in sight."""
    desk.goto(served.page(WHY))
    alone = int(desk.inner_text("#for-how-many"))
    assert desk.locator(".near ins, .near del").count()
    desk.keyboard.press("a")
    together = int(desk.inner_text("#for-how-many"))
    desk.keyboard.press("z")
    desk.fill("#comment", "Zero is possible, too.")
    desk.keyboard.press("Control+Enter")
    said(desk, "Saved")
    assert (True, together) == (together > alone, marked(served, "why-not-negative", 0.0))


def test_two_markers(desk, context, served) -> None:
    """Who saves second is told what was marked in the meantime, and has not overwritten it."""
    question = served.page("marking/question?q=3-words/derivative")
    other = context.new_page()
    for page in (desk, other):
        page.goto(question)
    group = desk.input_value("#give [name=group]")
    other.keyboard.press("f")
    other.keyboard.press("Enter")
    said(other, "Saved")
    first = marked(served, "derivative", 2.0)
    desk.keyboard.press("z")
    desk.keyboard.press("Enter")
    said(desk, "in the meantime")
    assert (first, 0) == (marked(served, "derivative", 2.0), marked(served, "derivative", 0.0))
    assert group
    other.close()


def test_the_next_answer_is_there_before_it_is_asked_for(desk, served) -> None:
    """Saving shows the next answer though the server has not answered yet."""
    asked = []
    desk.goto(served.page("marking/question?q=3-words/derivative"))
    following = desk.get_attribute(".marking", "data-next-key")
    desk.wait_for_load_state("networkidle")
    desk.on("request", lambda one: asked.append((one.method, one.url)))
    desk.keyboard.press("f")
    desk.keyboard.press("Enter")
    desk.locator(f"#give [name=group][value='{following}']").wait_for(state="attached")
    assert not [url for method, url in asked if method == "GET" and f"group={following}" in url]
    said(desk, "Saved")


def test_nobody_is_named_to_who_does_not_want_it(desk, served) -> None:
    """With names hidden the page of answers has no student's name or id in it."""
    desk.goto(served.page(WHY))
    assert "Abel" in desk.content()
    desk.click("details.me summary")
    desk.click("text=Hide names while marking")
    desk.goto(served.page(WHY))
    content = desk.content()
    desk.click("details.me summary")
    desk.click("text=Show names while marking")
    assert not [name for name in ("Abel", "Bernoulli", "_100") if name in content]


def test_the_rubric_and_comments_are_the_markers_own(desk, served) -> None:
    """A line that a marker adds and a comment that is kept stand on the page of the question from then on."""
    desk.goto(served.page(WHY))
    desk.click("text=Change the rubric")
    desk.locator("[name=points]").fill("0.25")
    desk.locator("form:has([name=points]) [name=text]").fill("a picture")
    desk.click("button:text-is('Add')")
    desk.wait_for_selector(".line:has-text('a picture')")
    desk.locator("form:has(label:has-text('New comment')) [name=text]").fill("Well said.")
    desk.click("button:text-is('Keep'):visible")
    desk.locator("[data-comment='Well said.']").wait_for()
    desk.wait_for_load_state("load")
    desk.click("[data-comment='Well said.']")
    assert "Well said." == desk.input_value("#comment")


# the other pages


def test_the_class_is_searched_as_one_types(desk, served) -> None:
    """Letters leave those students who have them, a choice those of one kind, a click sorts."""
    desk.goto(served.page())
    assert f"{STUDENTS} of {STUDENTS}" == desk.inner_text("#shown")
    desk.locator("[name=search]").press_sequentially("ada ab")
    assert ["Ada Abel"] == list({one.inner_text() for one in desk.locator("tbody tr:visible th a").all()})
    desk.fill("[name=search]", "")
    desk.select_option("[name=show]", "unusable")
    assert 0 < desk.locator("tbody tr:visible").count() < 30
    desk.select_option("[name=show]", "")
    desk.click("th button:text-is('Total')")
    totals = [
        float(one)
        for one in desk.locator("tbody td:nth-child(5)").evaluate_all("all => all.map(one => one.dataset.value)")
    ]
    assert sorted(totals) == totals


def test_a_file_is_given_to_its_student(desk, served) -> None:
    """A click writes the mapping file that `autograder grade --mapping` reads."""
    desk.goto(served.page("intake"))
    desk.fill("[name=search]", "work.rar")
    path = desk.locator("tbody tr:visible td.path").first.inner_text()
    desk.locator("tbody tr:visible input").first.check()
    desk.locator("#whose [name=student]").fill("zoe")
    desk.click("text=Assign")
    desk.wait_for_selector("text=1 file in the mapping file")
    Mapping.read(served.out.mapping)
    with served.out.mapping.open(encoding="utf-8", newline="") as file:
        assert [["pattern", "student"], [path, "zoe"]] == list(csv.reader(file))


def test_a_student_at_a_look(desk, served) -> None:
    """A note is kept, and what the student reads is shown as they would see it."""
    desk.goto(served.page("student?id=Ada_Abel_1000"))
    desk.fill("#note", "was ill")
    desk.click("text=Keep the note")
    desk.wait_for_selector("li:has-text('was ill')")
    desk.click("text=The page as it would be given back now")
    frame = desk.frame_locator("iframe")
    assert "Ada_Abel_1000" in frame.locator("body").inner_text()


def test_what_is_given_back_says_who_is_left_out(desk, served) -> None:
    """A table for Canvas has the final marks, and the page names those who have none, with the reason."""
    desk.goto(served.page("giving"))
    desk.click("form:has-text('Canvas, to import') button")
    desk.wait_for_selector("text=Fetch the file")
    assert "to be marked by a person" in desk.text_content("[aria-label='What came of it']")
    with desk.expect_download() as fetched:
        desk.click("text=Fetch the file")
    assert served.out.exported("canvas").name == fetched.value.suggested_filename


def test_items_show_mistakes(desk, served) -> None:
    """An item's page has its common mistake with an answer that shows it, and the check's hidden part."""
    desk.goto(served.page("items"))
    desk.click("a:text-is('Squares')")
    text = desk.inner_text("main")
    assert "adds where it should multiply" in text
    assert "return x + x" in text
    assert "assert square(3) == 9" in text


# for everybody


@pytest.mark.parametrize("screen", SCREENS)
def test_everybody_can_use_it(desk, served, screen: str) -> None:
    """On a phone in the dark and on a desk, axe finds nothing, and the page does not scroll sideways."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for width, scheme in ((360, "dark"), (1280, "light")):
        desk.set_viewport_size({"width": width, "height": 900})
        desk.emulate_media(color_scheme=scheme)
        desk.goto(served.page(SCREENS[screen]))
        found = axe.run(desk).response["violations"]
        assert [] == [(one["id"], one["nodes"][0]["html"]) for one in found]
        assert desk.evaluate("document.documentElement.scrollWidth") <= width


# walls


@pytest.mark.parametrize("page", ["student", "preview", "marking"])
def test_nothing_of_a_hand_in_is_active(desk, served, page: str) -> None:
    """Prose, code and outputs of a hostile hand-in put no active element into a page, and no script of it runs."""
    desk.goto(served.page(where_mallory_is(desk, served, page)))
    active = ("img", "svg", "math", "form[action^='http']", "[onerror]", "[ontoggle]", "a[href^='javascript']", "style")
    assert {} == {what: n for what in active if (n := desk.locator(f"main {what}").count())}
    assert 0 == desk.locator("main script").count()
    if page == "student":
        desk.click("text=The page as it would be given back now")
        desk.frame_locator("iframe").locator("main").wait_for()
    for frame in desk.frames:
        if frame == desk.main_frame:  # the frame's own policy lets nothing run, not even this question
            assert frame.evaluate("window.pwned") is None
    assert page == "student" or "<script>window.pwned" in desk.inner_text("main")


def where_mallory_is(desk, served, page: str) -> str:
    """The address of a page that shows the hostile hand-in."""
    if page == "student":
        return f"student?id={MALLORY}"
    if page == "preview":
        desk.goto(served.page("intake"))
        link = desk.locator("td.path a", has_text="_1002_").first.get_attribute("href")
        return link.removeprefix("/review/")
    desk.goto(served.page("student?id=" + MALLORY))
    desk.goto(served.page(WHY))
    for _ in range(12):
        if "window.pwned" in desk.locator("pre.answer").first.inner_text():
            break
        before = desk.input_value("#give [name=group]")
        desk.keyboard.press("j")
        desk.locator(f"#give [name=group][value='{before}']").wait_for(state="detached")
    return desk.url.removeprefix(served.page())


def test_nothing_is_fetched_from_elsewhere(context, desk, served) -> None:
    """All pages are made of what this server gives."""
    for address in SCREENS.values():
        desk.goto(served.page(address))
    assert [] == context.elsewhere


def ask(served, path: str, method: str = "GET", *, token: bool = True, body: str = "", **headers: str):
    """A request without a browser: its status, headers and text."""
    connection = http.client.HTTPConnection(urlsplit(served.address).netloc, timeout=HANG_SECONDS)
    more = {"Authorization": f"token {served.token}"} if token else {}
    with contextlib.closing(connection):
        connection.request(method, path, body, {"Content-Type": "application/x-www-form-urlencoded", **more, **headers})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode("utf-8", "replace")


@pytest.mark.parametrize(
    "path",
    ["student/note", "student/regrade", "marking/give", "marking/undo", "marking/aid", "intake/whose", "intake/again",
     "me", "giving/table", "giving/fill", "giving/archive"],
)  # fmt: skip
def test_every_change_needs_the_sessions_token(served, path: str) -> None:
    """A POST without Jupyter Server's XSRF token changes nothing, also from who has the server's token."""
    status, _, text = ask(served, f"/review/{path}", "POST", body=urlencode({"id": MALLORY, "text": "x"}))
    assert (403, False) == (status, "Kept" in text)


def test_strangers_see_nothing(served) -> None:
    """Without the token there is only the way to log in; under another host's name there is nothing at all."""
    assert 302 == ask(served, "/review/", token=False)[0]
    assert 403 == ask(served, "/review/", Host="evil.example")[0]


def test_it_is_no_jupyter_for_everything(served) -> None:
    """The server has no files, notebooks, kernels and terminals to offer."""
    paths = ("files/marks.csv", "api/contents", "api/kernels", "api/terminals", "notebooks/x.ipynb", "nbconvert/html/x")
    assert {404} == {ask(served, f"/{path}")[0] for path in paths}


def test_the_browser_is_told_to_run_nothing(served) -> None:
    """The policy of every page names its own server and nothing else, and no inline script or style."""
    for path in SCREENS.values():
        _, headers, _ = ask(served, f"/review/{quote(path, safe='?=&/')}")
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "nosniff" == headers["X-Content-Type-Options"]


@pytest.mark.parametrize(
    "path",
    ["student?id=../../etc", "intake/preview?file=../../etc/passwd", "intake/preview?file=99999",
     "giving/file?file=../gradebook.db", "marking/question?q=../x", "student/feedback?id=%00", "static/..%2fapp.py"],
)  # fmt: skip
def test_paths_come_from_the_ledger(served, path: str) -> None:
    """What a request names is looked up, never put together to a path."""
    status, _, text = ask(served, f"/review/{path}")
    assert (404, False) == (status, "Traceback" in text)
