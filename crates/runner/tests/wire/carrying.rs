//! What a request looks like on its way, and how much of an answer is taken.

use crate::server::Says;
use crate::server::Server;
use crate::server::answer;
use crate::shop::Bench;
use crate::shop::OPEN;
use crate::shop::SEND_OPEN;
use crate::shop::Talk;
use crate::shop::settings;
use crate::shop::to;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use feedwright_marketplace::exchange::Trouble;
use feedwright_runner::wire::Hosts;
use feedwright_runner::wire::Secret;
use feedwright_runner::wire::Stop;
use feedwright_runner::wire::Wire;
use feedwright_runner::wire::WireError;
use feedwright_runner::wire::World;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn saying(says: Says) -> (Server, Bench) {
    let server = Server::new(move |_, _| says.clone());
    let mut settings = settings(&server.base);
    settings.timeouts.silence = Duration::from_millis(400);
    settings.timeouts.total = Duration::from_millis(800);
    settings.patience.tries = 2;
    let bench = Bench::with(settings);
    (server, bench)
}

#[test]
fn a_request_arrives_as_it_was_meant() {
    let (server, bench) = saying(answer(200, &[("X-Answer", "yes")], "fine"));
    let came = bench.answer(to(&OPEN, "/items/a%2Fb?x=%26").header("accept-language", "de-DE"));
    assert_eq!(came.header("x-answer"), Some("yes"));
    bench.answer(to(&SEND_OPEN, "/empty"));
    bench.answer(to(&SEND_OPEN, "/json").json(*br#"{"a":1}"#).header("x-service", "another"));
    bench.answer(to(&SEND_OPEN, "/file").file("file", "a \"b\".json", "application/json", Arc::from(&b"{\r\n}"[..])));
    let asked = server.asked();
    assert_eq!((asked[0].method.as_str(), asked[0].path.as_str()), ("GET", "/shop/api/items/a%2Fb?x=%26"));
    assert_eq!(asked[0].header("accept-language"), Some("de-DE"));
    assert_eq!(asked[0].header("accept-encoding"), Some("gzip"));
    assert_eq!(asked[0].header("x-service"), Some("shop"));
    let agent = format!("Feedwright/{} (Language=Rust; Platform={})", env!("CARGO_PKG_VERSION"), std::env::consts::OS);
    assert_eq!(asked[0].header("user-agent"), Some(agent.as_str()));
    let ids: Vec<&str> = asked.iter().map(|asked| asked.header("x-correlation").unwrap()).collect();
    assert!(ids[0] != ids[1] && ids[0].len() == 36, "{ids:?}");
    assert_eq!((asked[1].method.as_str(), asked[1].header("content-length")), ("POST", Some("0")));
    assert_eq!(asked[2].header("content-type"), Some("application/json"));
    assert_eq!((asked[2].text().as_str(), asked[2].header("x-service")), (r#"{"a":1}"#, Some("another")));
    let boundary = asked[3].header("content-type").unwrap().strip_prefix("multipart/form-data; boundary=").unwrap();
    assert_eq!(
        asked[3].text(),
        format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a \\\"b\\\".json\"\r\n\
             Content-Type: application/json\r\n\r\n{{\r\n}}\r\n--{boundary}--\r\n"
        )
    );
}

#[test]
fn a_compressed_answer_is_unpacked() {
    let packed = answer(200, &[("content-encoding", "gzip")], gzip(&b"line\n".repeat(20_000)));
    assert_eq!(saying(packed).1.answer(to(&OPEN, "/x")).body, b"line\n".repeat(20_000));
    // A document that is a gzip file by itself is not touched.
    let file = gzip(b"a report");
    assert_eq!(saying(answer(200, &[], &file)).1.answer(to(&OPEN, "/x")).body, file);
    let mut torn = gzip(b"a report");
    torn.truncate(12);
    let torn = answer(200, &[("content-encoding", "gzip")], torn);
    assert!(matches!(saying(torn).1.ask(to(&OPEN, "/x")), Err(WireError::Unreachable { .. })));
}

#[test]
fn nobody_reads_more_than_an_answer_may_have() {
    let chunk = [b"8000\r\n", &vec![b'x'; 0x8000][..], b"\r\n"].concat();
    let head = b"HTTP/1.1 200 Said\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for says in [
        answer(200, &[], vec![b'x'; 100_001]),
        // A bomb: a thousandth of what it becomes.
        answer(200, &[("content-encoding", "gzip")], gzip(&vec![0; 50_000_000])),
        Says::Endless(head, chunk, Duration::ZERO),
    ] {
        let (server, bench) = saying(says);
        let why = bench.ask(to(&OPEN, "/x")).unwrap_err();
        assert_eq!(why.trouble(), Some(Trouble::Unreadable));
        assert_eq!(why.to_string(), "open: the answer with status 200 has more than 100000 bytes");
        let lost = bench.ask(to(&SEND_OPEN, "/x")).unwrap();
        assert!(matches!(&lost, Reply::Lost(why) if why.contains("more than 100000 bytes")), "{lost:?}");
        assert_eq!(server.asked().len(), 2, "it is not asked for again");
    }
    assert_eq!(saying(answer(200, &[], vec![b'x'; 100_000])).1.answer(to(&OPEN, "/x")).body.len(), 100_000);
}

#[test]
fn nobody_waits_for_an_answer_for_ever() {
    let head = b"HTTP/1.1 200 Said\r\ncontent-length: 1000\r\n\r\n".to_vec();
    for (says, expected) in [
        (Says::Silence, "no answer in time"),
        // Silent within the answer, and talking for too long.
        (Says::Endless(head.clone(), b"x".to_vec(), Duration::from_secs(30)), "the answer broke off"),
        (Says::Endless(head, b"x".to_vec(), Duration::from_millis(20)), "not whole after"),
    ] {
        let (server, bench) = saying(says);
        let begun = Instant::now();
        let why = bench.ask(to(&OPEN, "/x")).unwrap_err().to_string();
        assert!(why.contains(expected) && why.ends_with("(2 tries)"), "{why}");
        assert!(begun.elapsed() < Duration::from_secs(10));
        assert_eq!(server.asked().len(), 2);
    }
}

#[test]
fn a_redirect_is_handed_on_and_not_followed() {
    let (elsewhere, _) = saying(answer(200, &[], "you should not be here"));
    let location = format!("{}/x", elsewhere.base);
    let (server, bench) = saying(answer(307, &[("location", &location)], ""));
    let came = bench.answer(to(&OPEN, "/x"));
    assert_eq!((came.status, came.header("location")), (307, Some(location.as_str())));
    assert_eq!((server.asked().len(), elsewhere.asked().len()), (1, 0));
}

#[test]
fn nothing_goes_over_the_net_in_the_clear() {
    let (_, bench) = saying(answer(200, &[], ""));
    let mut plain = settings("http://shop.example");
    let why = Wire::new(plain.clone(), bench.world.clone()).unwrap_err().to_string();
    assert!(why.contains("must begin with `https://`"), "{why}");
    plain.hosts = Hosts::Live;
    let live = Wire::new(plain, bench.world.clone()).unwrap();
    let given = Request::given(&OPEN, "http://bucket.example/?X-Signature=very-secret".to_owned());
    let why = live.run(&mut Talk::of([given])).unwrap_err();
    assert_eq!(why.trouble(), Some(Trouble::Refused));
    assert!(!why.to_string().contains("very-secret") && bench.tries() == 0, "{why}");
}

#[test]
fn a_server_that_cannot_prove_who_it_is_is_told_nothing() {
    let (server, _) = saying(answer(200, &[], "trust me"));
    let mut settings = settings(&server.base.replace("http://", "https://"));
    settings.timeouts.connect = Duration::from_millis(300);
    settings.patience.tries = 2;
    let bench = Bench::with(settings);
    let why = bench.ask(to(&SEND_OPEN, "/x")).unwrap_err();
    // No request has left, so it may be tried again.
    assert!(why.to_string().starts_with("sendOpen: cannot connect: "), "{why}");
    assert_eq!((bench.tries(), server.asked().len()), (2, 0));
}

#[test]
fn what_cannot_be_sent_is_refused_before_it_leaves() {
    let (server, bench) = saying(answer(200, &[], ""));
    for request in [
        to(&OPEN, "/items/.."),
        to(&OPEN, "@evil.example"),
        to(&OPEN, "/x").header("x-note", "two\r\nlines"),
        to(&OPEN, "/x").header("a name", "x"),
        Request::new(&OPEN, "nowhere", "/x"),
    ] {
        let why = bench.ask(request).unwrap_err();
        assert_eq!(why.trouble(), Some(Trouble::Refused), "{why}");
    }
    assert_eq!(server.asked().len(), 0);
}

#[test]
fn every_request_is_told_of_and_watched_at_both_its_ends() {
    let server = Server::new(|_, before| answer(if before == 0 { 503 } else { 200 }, &[], "12345"));
    let bench = Bench::new(&server);
    bench.answer(to(&OPEN, "/x?secret=1"));
    let lines = bench.notes.lines.lock().unwrap().clone();
    assert!(lines[0].starts_with("account open try 1: status 503, 5 bytes, "), "{lines:?}");
    assert!(lines[1].starts_with("account open try 2: status 200, 5 bytes, "), "{lines:?}");
    assert!(lines.len() == 2 && lines.iter().all(|line| !line.contains("secret")), "{lines:?}");
    let moments = bench.notes.moments.lock().unwrap().clone();
    assert_eq!(moments, ["Leaving open", "Came open", "Leaving open", "Came open"]);
}

#[test]
fn a_wait_of_the_conversation_is_waited_in_the_marketplaces_time() {
    let (server, bench) = saying(answer(200, &[], ""));
    bench.wire.run(&mut Talk::of([to(&OPEN, "/x")]).wait(Duration::from_hours(4))).unwrap();
    assert_eq!(bench.clock.slept(), [Duration::from_hours(4)]);
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn a_proxy_of_the_settings_is_the_way_out() {
    let (proxy, _) = saying(answer(502, &[], "no way out"));
    let mut settings = settings("http://127.0.0.1:9");
    settings.proxy = Some(Secret::new(proxy.base.replace("http://", "http://user:proxy-password@")));
    settings.patience.tries = 1;
    let bench = Bench::with(settings);
    assert_eq!(bench.answer(to(&OPEN, "/x")).status, 502);
    let asked = proxy.asked().remove(0);
    assert_eq!(asked.path, "http://127.0.0.1:9/shop/api/x");
    assert!(asked.header("proxy-authorization").is_some());
    assert!(!format!("{:?}", bench.wire).contains("proxy-password"));
}

#[test]
fn a_wire_serves_many_threads() {
    fn serves_many<T: Send + Sync + 'static>() {}
    serves_many::<Wire>();
    serves_many::<World>();
    serves_many::<Stop>();
}
