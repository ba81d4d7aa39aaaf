//! The password, and the way to the server.

use crate::ground::Ground;
use crate::say;
use crate::server;
use crate::server::PASSWORD;
use feedwright_ledger::ErrorKind;
use feedwright_ledger::Ledger;
use feedwright_ledger::Location;

pub(crate) fn no_error_shows_the_password(ground: &Ground) {
    let url = ground.url();
    let ledger = ground.open();
    assert!(!format!("{ledger:?} {:?} {}", ledger.location(), ledger.location()).contains(PASSWORD));
    let wrong = "wr0ng-battery";
    for (url, secret) in [
        (url.replace(PASSWORD, wrong), wrong),
        (url.replace("/law_", "/nothing_"), PASSWORD),
        (url.replace("127.0.0.1", "127.0.0.1:x"), PASSWORD),
        (url.replace("seller:", "nobody:"), PASSWORD),
        (format!("{url}?sslmode={PASSWORD}"), PASSWORD),
        (format!("{url}?{PASSWORD}"), PASSWORD),
        (format!("host=127.0.0.1 pass word={PASSWORD}"), PASSWORD),
        (PASSWORD.to_owned(), PASSWORD),
    ] {
        let location = Location::Postgres(url);
        let error = Ledger::open(&location).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Broken, "{error}");
        let said = format!("{error} {error:?} {location} {location:?}");
        assert!(!said.contains(secret), "{said}");
    }
}

pub(crate) fn a_connection_is_encrypted_when_the_address_asks_for_it(ground: &Ground) {
    let Some(certificate) = server::certificate() else {
        say("NOT CHECKED: an encrypted connection. Install openssl, which makes a certificate for the server.");
        return;
    };
    let encrypted = "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE ssl AND datname = \
                     current_database()";
    let mut beside = server::beside(ground.url());
    let mut n_encrypted = || beside.query_one(encrypted, &[]).unwrap().get::<_, i64>(0);
    let plain = ground.open();
    assert_eq!(n_encrypted(), 0);
    let url = format!("{}?sslmode=verify-full&sslrootcert={}", ground.url(), certificate.display());
    let mut ledger = Ledger::open(&Location::Postgres(url)).unwrap();
    assert_eq!(n_encrypted(), 1);
    assert_eq!(ledger.version().unwrap(), 0);
    // The system does not know who signed this certificate, and nothing is said to a server that may be anybody's.
    let url = format!("{}?sslmode=require", ground.url());
    let error = Ledger::open(&Location::Postgres(url)).unwrap_err();
    assert!(error.to_string().contains("certificate"), "{error}");
    drop(plain);
}
