//! What is sent again, what is not, and what the conversation is told.

use crate::server::Says;
use crate::server::Server;
use crate::server::answer;
use crate::server::broken_off;
use crate::shop::Bench;
use crate::shop::OPEN;
use crate::shop::SEND_OPEN;
use crate::shop::Talk;
use crate::shop::settings;
use crate::shop::to;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Trouble;
use feedwright_runner::wire::WireError;
use std::net::TcpListener;
use std::time::Duration;

/// A server that says one thing some times, and then that all is well.
fn stumbling(says: Says, times: usize) -> Server {
    Server::new(move |_, before| if before < times { says.clone() } else { answer(200, &[], "fine") })
}

fn lost(reply: Reply) -> String {
    match reply {
        Reply::Lost(why) => why,
        Reply::Answer(answer) => panic!("answered: {answer:?}"),
    }
}

#[test]
fn what_is_safe_is_sent_again_after_lost_answers_and_servers_that_are_away() {
    let statuses = [500, 502, 503, 504, 520].map(|status| answer(status, &[], "<html>away</html>"));
    for says in statuses.into_iter().chain([Says::Reset, broken_off(200, "half an answ"), broken_off(503, "")]) {
        let server = stumbling(says.clone(), 2);
        let bench = Bench::new(&server);
        assert_eq!(bench.answer(to(&OPEN, "/x")).body, b"fine", "{says:?}");
        assert_eq!(server.asked().len(), 3, "{says:?}");
        // By chance, but never longer than the doubled first wait.
        let slept = bench.clock.slept();
        assert!(
            slept.len() == 2 && slept[0] <= Duration::from_secs(2) && slept[1] <= Duration::from_secs(4),
            "{slept:?}"
        );
    }
}

#[test]
fn the_last_of_too_many_bad_answers_is_handed_on() {
    let server = stumbling(answer(503, &[], "away"), usize::MAX);
    let bench = Bench::new(&server);
    let answer = bench.answer(to(&OPEN, "/x"));
    assert_eq!((answer.status, answer.refusal("open").trouble), (503, Trouble::Unavailable));
    assert_eq!(server.asked().len(), 5);
}

#[test]
fn what_is_safe_and_never_answered_makes_the_marketplace_unreachable() {
    let server = stumbling(Says::Reset, usize::MAX);
    let bench = Bench::new(&server);
    let why = bench.ask(to(&OPEN, "/x")).unwrap_err();
    assert!(matches!(why, WireError::Unreachable { doing: "open", .. }), "{why:?}");
    assert_eq!(why.trouble(), Some(Trouble::Unavailable));
    assert_eq!(server.asked().len(), 5);
}

#[test]
fn what_must_not_be_sent_twice_is_lost_when_nobody_knows() {
    for (says, expected) in [
        (Says::Reset, "no answer"),
        (answer(500, &[], "{}"), "answered with status 500"),
        (answer(503, &[("retry-after", "1")], "later"), "answered with status 503: later"),
        (broken_off(502, "<html>"), "answered with status 502"),
    ] {
        let server = stumbling(says.clone(), 1);
        let bench = Bench::new(&server);
        let why = lost(bench.ask(to(&SEND_OPEN, "/feeds").json(*b"{}")).unwrap());
        assert!(why.contains(expected), "{why}");
        assert_eq!(server.asked().len(), 1, "{says:?}");
    }
}

#[test]
fn a_connection_that_is_closed_before_the_request_was_read_is_as_doubtful() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let accepted = std::thread::spawn(move || drop(listener.accept().unwrap()));
    let bench = Bench::with(settings(&base));
    lost(bench.ask(to(&SEND_OPEN, "/feeds").json(vec![b' '; 200_000])).unwrap());
    accepted.join().unwrap();
    assert_eq!(bench.tries(), 1);
}

#[test]
fn a_refusal_for_the_limit_and_a_connection_that_never_opened_had_no_effect() {
    let server = stumbling(answer(429, &[("Retry-After", "7")], "slowly"), 2);
    let bench = Bench::new(&server);
    assert_eq!(bench.answer(to(&SEND_OPEN, "/feeds").json(*b"{}")).body, b"fine");
    assert_eq!(server.asked().len(), 3);
    assert_eq!(bench.clock.slept_in_all(), Duration::from_secs(14));

    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let bench = Bench::with(settings(&format!("http://{closed}")));
    let why = bench.ask(to(&SEND_OPEN, "/feeds").json(*b"{}")).unwrap_err();
    assert!(why.to_string().starts_with("sendOpen: cannot connect: "), "{why}");
    assert_eq!(bench.tries(), 5);
}

#[test]
fn an_answer_that_cannot_be_right_is_for_the_conversation_to_judge() {
    let server = stumbling(broken_off(200, r#"{"feedId":"#), 1);
    assert_eq!(Bench::new(&server).answer(to(&SEND_OPEN, "/feeds")).body, br#"{"feedId":"#);
    for (status, body) in [(200, "<html>"), (302, ""), (400, "{}"), (404, ""), (501, ""), (207, "[]")] {
        let server = stumbling(answer(status, &[("location", "/elsewhere")], body), 1);
        let bench = Bench::new(&server);
        let came = bench.answer(to(&OPEN, "/x"));
        assert_eq!((came.status, came.body), (status, body.as_bytes().to_vec()));
        assert_eq!(server.asked().len(), 1, "{status}");
    }
}

#[test]
fn who_is_told_to_stay_away_for_long_hands_that_on_and_asks_no_more() {
    let server = stumbling(answer(429, &[("retry-after", "7200")], "tomorrow"), usize::MAX);
    let bench = Bench::new(&server);
    assert_eq!(bench.answer(to(&OPEN, "/x")).status, 429);
    let why = bench.ask(to(&OPEN, "/x")).unwrap_err();
    assert_eq!(why.to_string(), "open: the marketplace takes no more of these before 2026-11-26T12:00:00Z");
    assert_eq!(why.trouble(), Some(Trouble::Unavailable));
    assert_eq!((server.asked().len(), bench.clock.slept()), (1, vec![]));
    bench.clock.pass(Duration::from_mins(110));
    assert_eq!(bench.answer(to(&OPEN, "/x")).status, 429, "a wait of ten minutes is none that is too long");
}

#[test]
fn refusals_for_the_limit_end_at_some_point() {
    let server = stumbling(answer(429, &[], ""), usize::MAX);
    let bench = Bench::new(&server);
    assert_eq!(bench.answer(to(&OPEN, "/x")).status, 429);
    assert_eq!(server.asked().len(), 10);
    assert!(bench.clock.slept_in_all() < Duration::from_mins(10));
}

#[test]
fn a_stop_ends_a_conversation_before_its_next_request() {
    let server = stumbling(answer(503, &[("retry-after", "60")], ""), usize::MAX);
    let bench = Bench::new(&server);
    bench.world.stop.stop();
    assert_eq!(bench.ask(to(&OPEN, "/x")), Err(WireError::Stopped));
    let mut waiting = Talk::of([to(&OPEN, "/x")]).wait(Duration::from_hours(4));
    assert_eq!(bench.wire.run(&mut waiting), Err(WireError::Stopped));
    assert_eq!(server.asked().len(), 0);
    assert_eq!(WireError::Stopped.trouble(), None);
}

#[test]
fn what_must_not_be_sent_twice_never_leaves_on_a_connection_that_may_just_be_closing() {
    let server = stumbling(answer(200, &[], "fine"), 0);
    let bench = Bench::new(&server);
    for operation in [&OPEN, &OPEN, &SEND_OPEN, &SEND_OPEN] {
        bench.answer(to(operation, "/x"));
    }
    let connections: Vec<usize> = server.asked().iter().map(|asked| asked.connection).collect();
    assert_eq!(connections, [0, 0, 1, 2]);
}
