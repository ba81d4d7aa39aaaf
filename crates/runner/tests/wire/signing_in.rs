//! How tokens are got, kept, renewed, and shown to nobody else.

use crate::server::Asked;
use crate::server::Says;
use crate::server::Server;
use crate::server::answer;
use crate::server::token;
use crate::shop::AS_APP;
use crate::shop::Bench;
use crate::shop::CLIENT_ID;
use crate::shop::DOWNLOAD;
use crate::shop::READ;
use crate::shop::SEND;
use crate::shop::settings;
use crate::shop::to;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use feedwright_marketplace::exchange::Trouble;
use feedwright_runner::wire::Credentials;
use feedwright_runner::wire::Secret;
use feedwright_runner::wire::WireError;
use std::thread;
use std::time::Duration;

/// A shop where each sign-in gives the next token, and everything else is answered so.
fn shop(says: impl Fn(&Asked, usize) -> Says + Send + Sync + 'static) -> Server {
    Server::new(move |asked, before| {
        if asked.path.contains("/sign-in/") { token(&format!("token-{before}"), 3600) } else { says(asked, before) }
    })
}

fn tokens(server: &Server) -> Vec<String> {
    server.asked().iter().map(|asked| asked.header("x-access-token").unwrap_or("none").to_owned()).collect()
}

#[test]
fn a_seller_signs_in_by_a_form_and_an_application_by_a_header() {
    let server = shop(|_, _| answer(200, &[], ""));
    let bench = Bench::new(&server);
    bench.answer(to(&READ, "/x"));
    bench.answer(to(&AS_APP, "/x"));
    let [seller, app] = <[Asked; 2]>::try_from(server.sign_ins()).unwrap();
    assert_eq!((seller.method.as_str(), seller.path.as_str()), ("POST", "/shop/sign-in/token"));
    assert_eq!(
        seller.text(),
        "grant_type=refresh_token&refresh_token=Atzr%7Crefresh-9c41&client_id=client-id-6b1d&\
         client_secret=client%2Bsecret%2F77f0"
    );
    assert_eq!(seller.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(seller.header("accept"), Some("application/json"));
    assert_eq!(seller.header("x-service"), Some("shop"), "headers of all requests are also those of the sign-in");
    assert_eq!(seller.header("authorization"), None);
    assert_eq!(app.text(), "grant_type=client_credentials&scope=all%20of%20it");
    // printf 'client-id-6b1d:client+secret/77f0' | base64
    assert_eq!(app.header("authorization"), Some("Basic Y2xpZW50LWlkLTZiMWQ6Y2xpZW50K3NlY3JldC83N2Yw"));
    let [as_seller, as_app] = <[Asked; 2]>::try_from(server.asked()).unwrap();
    assert_eq!((as_seller.header("x-access-token"), as_seller.header("authorization")), (Some("token-0"), None));
    assert_eq!((as_app.header("x-access-token"), as_app.header("authorization")), (None, Some("Bearer token-0")));
}

#[test]
fn one_token_serves_all_threads() {
    let server = shop(|_, _| answer(200, &[], ""));
    let bench = Bench::new(&server);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| bench.answer(to(&READ, "/x")));
        }
    });
    assert_eq!((server.sign_ins().len(), server.asked().len()), (1, 8));
}

#[test]
fn a_token_is_renewed_before_it_ends() {
    let server = shop(|_, _| answer(200, &[], ""));
    let bench = Bench::new(&server);
    for minutes in [0, 58, 1] {
        bench.clock.pass(Duration::from_mins(minutes));
        bench.answer(to(&READ, "/x"));
    }
    assert_eq!(tokens(&server), ["token-0", "token-0", "token-1"]);
}

#[test]
fn a_lifetime_is_what_the_answer_says_as_number_or_text_and_else_what_is_known() {
    for (said, almost) in [(r#","expires_in":600"#, 539), (r#","expires_in":"600""#, 539), ("", 3539)] {
        let body = format!(r#"{{"access_token":"a-token"{said}}}"#);
        let server = Server::new(move |_, _| answer(200, &[], &body));
        let bench = Bench::new(&server);
        bench.answer(to(&READ, "/x"));
        bench.clock.pass(Duration::from_secs(almost));
        bench.answer(to(&READ, "/x"));
        assert_eq!(server.sign_ins().len(), 1, "{said}");
        bench.clock.pass(Duration::from_secs(2));
        bench.answer(to(&READ, "/x"));
        assert_eq!(server.sign_ins().len(), 2, "{said}");
    }
}

#[test]
fn a_token_that_ended_early_is_renewed_once_and_the_request_sent_once_more() {
    for (status, operation) in [(401, &READ), (403, &READ), (401, &SEND)] {
        let server = shop(move |_, before| answer(if before == 0 { status } else { 200 }, &[], ""));
        let bench = Bench::new(&server);
        assert_eq!(bench.answer(to(operation, "/x")).status, 200);
        assert_eq!(tokens(&server), ["token-0", "token-1"]);
        bench.answer(to(operation, "/x"));
        assert_eq!(server.sign_ins().len(), 2, "the new one holds");
    }
    // Refused for good: nobody signs in again and again.
    let server = shop(|_, _| answer(403, &[], "no role"));
    let answer = Bench::new(&server).answer(to(&READ, "/x"));
    assert_eq!((answer.status, answer.refusal("read").trouble), (403, Trouble::Denied));
    assert_eq!(tokens(&server), ["token-0", "token-1"]);
}

#[test]
fn threads_whose_token_ended_renew_it_together() {
    let server = shop(|asked, _| {
        let is_old = asked.header("x-access-token") == Some("token-0");
        thread::sleep(Duration::from_millis(50));
        answer(if is_old { 401 } else { 200 }, &[], "")
    });
    let bench = Bench::new(&server);
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| assert_eq!(bench.answer(to(&READ, "/x")).status, 200));
        }
    });
    assert_eq!(server.sign_ins().len(), 2);
}

#[test]
fn a_url_that_was_given_out_gets_no_token_and_no_header_of_the_marketplace() {
    let server = shop(|_, _| answer(200, &[], "the report"));
    let bench = Bench::new(&server);
    // As given, though it lies at the very host of the API.
    let url = format!("{}/shop/api/bucket/file?X-Signature=abc%2F", server.base);
    assert_eq!(bench.answer(Request::given(&DOWNLOAD, url)).body, b"the report");
    let asked = server.asked().remove(0);
    assert_eq!(asked.path, "/shop/api/bucket/file?X-Signature=abc%2F");
    for name in ["x-access-token", "authorization", "x-service", "x-correlation"] {
        assert_eq!(asked.header(name), None, "{name}");
    }
    assert_eq!(server.sign_ins().len(), 0);
}

#[test]
fn a_refused_sign_in_says_which_credential_to_look_at() {
    for (status, body, words) in [
        (
            400,
            r#"{"error":"invalid_grant","error_description":"gone"}"#,
            &["invalid_grant: gone", "`refresh_token`"][..],
        ),
        (401, r#"{"error":"invalid_client"}"#, &["invalid_client;", "`client_id` and `client_secret`"]),
        (400, r#"{"error":"invalid_scope","error_description":"x"}"#, &["permission"]),
        (400, r#"{"error":"unauthorized_client"}"#, &["not allowed", "`client_id`"]),
        (401, r#"{"error":[{"code":"UNAUTHORIZED"}]}"#, &["UNAUTHORIZED", "`client_secret`"]),
        (403, "<html>no</html>", &["status 403: <html>no</html>", "`client_id`"]),
    ] {
        let server = Server::new(move |_, _| answer(status, &[], body));
        let bench = Bench::new(&server);
        let why = bench.ask(to(&READ, "/x")).unwrap_err();
        assert_eq!(why.trouble(), Some(Trouble::Denied), "{why}");
        assert!(why.to_string().starts_with("seller: cannot sign in, answered with"), "{why}");
        for word in words {
            assert!(why.to_string().contains(word), "{why}");
        }
        assert_eq!((server.sign_ins().len(), server.asked().len()), (1, 0), "it is not tried again");
    }
}

#[test]
fn a_sign_in_that_cannot_work_now_is_tried_again_and_no_other() {
    let away = [
        answer(503, &[], "<html>"),
        answer(429, &[("retry-after", "3")], "{}"),
        answer(400, &[], r#"{"error":"server_error"}"#),
        answer(400, &[], r#"{"error":"temporarily_unavailable"}"#),
        Says::Reset,
    ];
    for says in away {
        let says_first = says.clone();
        let server = Server::new(move |asked, before| match before {
            0 | 1 if asked.path.contains("/sign-in/") => says_first.clone(),
            _ => token("late-token", 3600),
        });
        let bench = Bench::new(&server);
        bench.answer(to(&READ, "/x"));
        assert_eq!((server.sign_ins().len(), server.asked().len()), (3, 1), "{says:?}");

        let server = Server::new(move |_, _| says.clone());
        let why = Bench::new(&server).ask(to(&READ, "/x")).unwrap_err();
        assert_eq!(why.trouble(), Some(Trouble::Unavailable), "{why}");
        assert_eq!((server.sign_ins().len(), server.asked().len()), (5, 0));
    }
}

#[test]
fn a_sign_in_that_failed_rests_before_it_is_tried_again() {
    let server = Server::new(|_, _| answer(400, &[], r#"{"error":"invalid_grant"}"#));
    let bench = Bench::new(&server);
    let first = bench.ask(to(&READ, "/x")).unwrap_err();
    assert_eq!(bench.ask(to(&READ, "/x")).unwrap_err(), first);
    assert_eq!(server.sign_ins().len(), 1);
    bench.clock.pass(Duration::from_secs(31));
    bench.ask(to(&READ, "/x")).unwrap_err();
    assert_eq!(server.sign_ins().len(), 2);
}

#[test]
fn a_token_that_still_holds_bridges_a_sign_in_that_is_away() {
    let server = Server::new(|asked, before| match before {
        0 => token("first-token", 3600),
        _ if asked.path.contains("/sign-in/") => answer(503, &[], ""),
        _ => answer(200, &[], ""),
    });
    let bench = Bench::new(&server);
    bench.answer(to(&READ, "/x"));
    bench.clock.pass(Duration::from_secs(3541));
    // Five tries take at most 30 seconds, and it holds for 59 more.
    let renewed = bench.ask(to(&READ, "/y"));
    assert!(matches!(renewed, Ok(Reply::Answer(_))), "{renewed:?}");
    bench.clock.pass(Duration::from_mins(2));
    assert!(matches!(bench.ask(to(&READ, "/y")), Err(WireError::Unreachable { doing: "seller", .. })));
}

#[test]
fn an_answer_that_holds_no_token_is_not_shown() {
    for body in [
        r#"{"token":"hidden-token"}"#,
        r#"{"access_token":"","refresh":"hidden-token"}"#,
        "<a>hidden-token</a>",
        r#"{"access_token":"hidden-token\nx: y"}"#,
    ] {
        let server = Server::new(move |_, _| answer(200, &[], body));
        let why = Bench::new(&server).ask(to(&READ, "/x")).unwrap_err();
        assert_eq!(why.trouble(), Some(Trouble::Unreadable));
        assert!(!why.to_string().contains("hidden"), "{why}");
    }
}

#[test]
fn a_missing_credential_is_named_and_nothing_is_sent() {
    let server = shop(|_, _| answer(200, &[], ""));
    let mut settings = settings(&server.base);
    settings.credentials = Credentials::default().with("client_id", Secret::new(CLIENT_ID));
    let bench = Bench::with(settings);
    for (operation, name) in [(&READ, "refresh_token"), (&AS_APP, "client_secret")] {
        let why = bench.ask(to(operation, "/x")).unwrap_err();
        assert!(why.to_string().contains(&format!("credential `{name}` is missing")), "{why}");
        assert_eq!(why.trouble(), Some(Trouble::Denied));
    }
    assert_eq!(bench.tries(), 0);
}
