//! How limits are kept: by the table, by what answers tell, and by all threads together.

use crate::server::Server;
use crate::server::answer;
use crate::shop::Bench;
use crate::shop::HOURLY;
use crate::shop::ONE;
use crate::shop::OTHER;
use crate::shop::RARE;
use crate::shop::settings;
use crate::shop::to;
use feedwright_runner::wire::RealClock;
use feedwright_runner::wire::Stop;
use feedwright_runner::wire::Wire;
use feedwright_runner::wire::World;
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use std::time::Instant;

fn fine() -> Server {
    Server::new(|_, _| answer(200, &[], ""))
}

#[test]
fn a_burst_goes_at_once_and_then_the_rate_holds() {
    let server = fine();
    let bench = Bench::new(&server);
    for _ in 0..4 {
        bench.answer(to(&RARE, "/x"));
    }
    assert_eq!(bench.clock.slept(), [Duration::from_mins(1); 2]);
}

#[test]
fn the_rate_that_an_answer_names_holds_from_then_on() {
    let server = Server::new(|_, _| answer(200, &[("x-rate", "0.0250")], ""));
    let bench = Bench::new(&server);
    for _ in 0..4 {
        bench.answer(to(&RARE, "/x"));
    }
    assert_eq!(bench.clock.slept(), [Duration::from_secs(40); 2]);
}

#[test]
fn what_is_left_and_when_there_is_more_is_believed_in_every_form() {
    for form in ["90", "1795687290", "1795687290000", "2026-11-26T10:01:30Z"] {
        let server = Server::new(move |_, before| match before {
            0 => answer(200, &[("X-Left", "0"), ("X-More-At", form)], ""),
            _ => answer(200, &[], ""),
        });
        let bench = Bench::new(&server);
        bench.answer(to(&HOURLY, "/x"));
        bench.answer(to(&HOURLY, "/x"));
        assert_eq!(bench.clock.slept(), [Duration::from_secs(90)], "{form}");
    }
    // Without a time, or with one that makes no sense, it is the rate that tells.
    for headers in [&[("x-left", "0")][..], &[("x-left", "0"), ("x-more-at", "soon")]] {
        let server = Server::new(move |_, before| answer(200, if before == 0 { headers } else { &[] }, ""));
        let bench = Bench::new(&server);
        bench.answer(to(&HOURLY, "/x"));
        bench.answer(to(&HOURLY, "/x"));
        assert_eq!(bench.clock.slept(), [Duration::from_mins(6)]);
    }
}

#[test]
fn a_time_of_replenishment_beyond_a_whole_period_is_cut_to_it() {
    let server = Server::new(|_, before| match before {
        0 => answer(429, &[("x-left", "0"), ("x-more-at", "86400")], ""),
        _ => answer(200, &[], ""),
    });
    let bench = Bench::new(&server);
    assert_eq!(bench.answer(to(&RARE, "/x")).status, 200);
    assert_eq!(bench.clock.slept_in_all(), Duration::from_mins(1));
}

#[test]
fn retry_after_as_a_date_is_waited_for() {
    let server = Server::new(|_, before| match before {
        0 => answer(429, &[("retry-after", "Thu, 26 Nov 2026 10:05:00 GMT")], ""),
        _ => answer(200, &[], ""),
    });
    let bench = Bench::new(&server);
    assert_eq!(bench.answer(to(&RARE, "/x")).status, 200);
    assert_eq!(bench.clock.slept_in_all(), Duration::from_mins(5));
}

#[test]
fn threads_and_channels_of_one_account_share_a_bucket_and_others_do_not() {
    let server = fine();
    let world = World::new(Arc::new(RealClock), Stop::new());
    let wires = [(); 2].map(|()| Wire::new(settings(&server.base), world.clone()).unwrap());
    let begun = Instant::now();
    thread::scope(|scope| {
        for (wire, operation) in wires.iter().zip([&ONE, &OTHER]) {
            scope.spawn(move || {
                for _ in 0..8 {
                    wire.run(&mut crate::shop::Talk::of([to(operation, "/x")])).unwrap();
                }
            });
        }
    });
    let mut times: Vec<Duration> = server.asked().iter().map(|asked| asked.at - begun).collect();
    times.sort_unstable();
    assert_eq!(times.len(), 16);
    // Twenty a second, two at once: the server's own bucket never runs over.
    let mut full_at = Duration::ZERO;
    for at in &times {
        full_at = full_at.max(*at) + Duration::from_millis(50);
        assert!(full_at <= *at + Duration::from_millis(100), "{at:?} among {times:?}");
    }
    let mut foreign = settings(&server.base);
    foreign.account = "another".to_owned();
    let asked_at = Instant::now();
    let foreign = Wire::new(foreign, world).unwrap();
    foreign.run(&mut crate::shop::Talk::of([to(&ONE, "/x"), to(&ONE, "/x")])).unwrap();
    assert!(asked_at.elapsed() < Duration::from_secs(5));
}
