//! No secret is in anything that people or files get to see, whatever a marketplace repeats of what it was sent.

use crate::server::Asked;
use crate::server::Says;
use crate::server::Server;
use crate::server::answer;
use crate::server::token;
use crate::shop::AS_APP;
use crate::shop::Bench;
use crate::shop::CLIENT_ID;
use crate::shop::CLIENT_SECRET;
use crate::shop::DOWNLOAD;
use crate::shop::READ;
use crate::shop::REFRESH_TOKEN;
use crate::shop::SEND;
use crate::shop::Talk;
use crate::shop::settings;
use crate::shop::to;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use feedwright_marketplace::exchange::Trouble;
use feedwright_marketplace::exchange::percent_encode;

const TOKEN: &str = "Atza|access/5d02+";
const SIGNATURE: &str = "c0ffee/c0ffee+c0ffee";

/// Everything that was asked, as a server might put it into an error.
fn echo(asked: &Asked) -> String {
    let headers: Vec<String> = asked.headers.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{} {} {}", asked.path, headers.join(" "), asked.text())
}

/// Each secret of these tests, in each form in which it is sent.
fn secrets() -> Vec<String> {
    let plain = [CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, TOKEN, SIGNATURE];
    let encoded = plain.iter().map(|secret| percent_encode(secret));
    let basic = "Y2xpZW50LWlkLTZiMWQ6Y2xpZW50K3NlY3JldC83N2Yw".to_owned();
    plain.iter().map(|secret| (*secret).to_owned()).chain(encoded).chain([basic]).collect()
}

/// A shop that repeats what it was sent in every answer: sign-ins get this status, everything else that.
fn echoing(sign_in: u16, others: u16) -> Server {
    Server::new(move |asked, _| match (asked.path.contains("/sign-in/"), sign_in) {
        (true, 200) => token(TOKEN, 3600),
        (true, status) => {
            let said = serde_json::json!({ "error": "invalid_client", "error_description": echo(asked) });
            answer(status, &[], said.to_string())
        }
        (false, _) if others == 0 => Says::Reset,
        (false, _) => answer(others, &[], echo(asked)),
    })
}

#[test]
fn no_secret_is_in_a_trace_an_error_or_what_debug_shows() {
    let mut seen = Vec::new();
    for (sign_in, others) in [(400, 200), (503, 200), (200, 500), (200, 403), (200, 0), (200, 429)] {
        let server = echoing(sign_in, others);
        let bench = Bench::new(&server);
        let given = format!("{}/file?X-Expires=300&X-Signature={}", server.base, percent_encode(SIGNATURE));
        for request in [to(&READ, "/x"), to(&SEND, "/x"), to(&AS_APP, "/x"), Request::given(&DOWNLOAD, given)] {
            seen.push(format!("{request:?}"));
            match bench.ask(request) {
                Ok(Reply::Lost(why)) => seen.push(why),
                // What an adapter says of an answer it was handed goes the same way.
                Ok(Reply::Answer(answer)) => {
                    let why = ProtocolError::new("read", Trouble::Refused, String::from_utf8(answer.body).unwrap());
                    let why = bench.wire.run(&mut Talk::of([]).fail(why)).unwrap_err();
                    seen.push(format!("{why} {why:?}"));
                }
                Err(why) => seen.push(format!("{why} {why:?}")),
            }
        }
        seen.push(format!("{:?} {:?} {:?}", bench.wire, bench.world, settings(&server.base)));
        seen.extend(bench.notes.lines.lock().unwrap().clone());
        seen.extend(bench.notes.moments.lock().unwrap().clone());
    }
    let seen = seen.join("\n");
    // They were really there to be found.
    assert!(seen.contains("invalid_client: /shop/sign-in/token"), "{seen}");
    assert!(seen.contains("x-access-token=…") && seen.contains("X-Signature=…"), "{seen}");
    for secret in secrets() {
        assert!(!seen.contains(&secret), "{secret} in {seen}");
    }
}
