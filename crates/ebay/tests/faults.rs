//! Whatever happens to one request, before or after it took effect, the end is that of a run in which nothing happened:
//! nothing is told twice, and nothing is lost.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod support;

use feedwright_marketplace::Marketplace;
use feedwright_marketplace::exchange::Parcel;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Receipt;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use feedwright_marketplace::exchange::Step;
use feedwright_marketplace::exchange::Trouble;
use serde_json::Value;
use serde_json::json;
use support::Recipe;
use support::fake::Fake;
use support::sample;
use support::talk;
use support::talk::MOST_STEPS;
use support::talk::answer;
use support::written;

/// What happens to one request.
#[derive(Clone, Copy, Debug)]
enum Fault {
    /// It never arrives, and nobody says so.
    LostBefore,
    /// It takes effect, and the answer is lost.
    LostAfter,
    /// The program ends before it is sent.
    CrashBefore,
    /// The program ends after it took effect.
    CrashAfter,
    /// eBay is away, and did nothing.
    AwayBefore,
    /// eBay did it, and says that it is away.
    AwayAfter,
    /// Something else changes the same item.
    Busy,
    /// eBay did it, and answers with a page of HTML.
    Html,
    /// eBay did it, and the answer is cut off.
    Truncated,
}

const FAULTS: &[Fault] = &[
    Fault::LostBefore,
    Fault::LostAfter,
    Fault::CrashBefore,
    Fault::CrashAfter,
    Fault::AwayBefore,
    Fault::AwayAfter,
    Fault::Busy,
    Fault::Html,
    Fault::Truncated,
];

/// What one run came to.
#[derive(Debug)]
struct Run {
    fake: Fake,
    end: Result<Receipt, ProtocolError>,
    n_requests: usize,
}

/// A parcel sent to its end; what happens to the request of this number happens once.
fn run(ebay: &dyn Marketplace, fake: &Fake, parcel: &Parcel, fault: Option<(usize, Fault)>) -> Run {
    let mut fake = fake.clone();
    let mut n_requests = 0;
    let mut parcel = parcel.clone();
    let mut exchange = ebay.submit(parcel.clone()).unwrap();
    let mut reply = None;
    for _ in 0..MOST_STEPS {
        match exchange.next(reply.take()) {
            Err(why) => return Run { fake, end: Err(why), n_requests },
            Ok(Step::Done(receipt)) => return Run { fake, end: Ok(receipt), n_requests },
            Ok(Step::Wait(_)) => {}
            Ok(Step::Send(request)) => {
                n_requests += 1;
                let fault = fault.filter(|(at, _)| *at == n_requests).map(|(_, fault)| fault);
                reply = happen(&mut fake, &request, fault);
                if reply.is_none() {
                    parcel.memory.begun_at = Some(1_795_000_000);
                    exchange = ebay.submit(parcel.clone()).unwrap();
                }
            }
        }
    }
    panic!("no end: {fault:?}");
}

fn happen(fake: &mut Fake, request: &Request, fault: Option<Fault>) -> Option<Reply> {
    let away = || Reply::Answer(answer(503, "<html>away</html>"));
    Some(match fault {
        None => Reply::Answer(fake.handle(request)),
        Some(Fault::LostBefore) => Reply::Lost("connection reset".to_owned()),
        Some(Fault::LostAfter) => {
            fake.handle(request);
            Reply::Lost("connection reset".to_owned())
        }
        Some(Fault::CrashBefore) => return None,
        Some(Fault::CrashAfter) => {
            fake.handle(request);
            return None;
        }
        Some(Fault::AwayBefore) => away(),
        Some(Fault::AwayAfter) => {
            fake.handle(request);
            away()
        }
        Some(Fault::Busy) => {
            let errors = json!({ "errors": [{ "errorId": 25025, "message": "Concurrent access." }] });
            Reply::Answer(answer(500, errors))
        }
        Some(Fault::Html) => {
            let done = fake.handle(request);
            // An upload is answered by its status alone.
            let status = if done.status == 202 { 502 } else { done.status };
            Reply::Answer(answer(status, "<html>hello</html>"))
        }
        Some(Fault::Truncated) => {
            let mut done = fake.handle(request);
            done.body.truncate(done.body.len() / 2);
            Reply::Answer(done)
        }
    })
}

fn content(ebay: &dyn Marketplace) -> Parcel {
    let mut files: Vec<Vec<String>> = vec![Vec::new(); 4];
    for (category, name) in [("15687", "15687.family"), ("16080", "16080"), ("20695", "20695")] {
        let (written, _) = written(ebay, "inventory", category, &[sample(name)]);
        for file in written {
            let part = ["bulk_create_or_replace", "inventory_item_group/", "bulk_create_offer", "publish_by"];
            let at = part.iter().position(|path| file.lines().next().unwrap().contains(path)).unwrap();
            files[at].push(file);
        }
    }
    let files: Vec<String> = files.iter().map(|of_part| of_part.concat()).collect();
    let skus = talk::skus_of(&files);
    talk::parcel("inventory", &files, talk::rows(&skus.iter().map(String::as_str).collect::<Vec<_>>()))
}

/// Every fault at every request of a parcel.
fn check(fake: &Fake, parcel: &Parcel, all_accepted: &dyn Fn(&Receipt)) {
    let ebay = Recipe::default().open().unwrap();
    let clean = run(ebay.as_ref(), fake, parcel, None);
    all_accepted(clean.end.as_ref().unwrap());
    let expected = clean.fake.seen();
    for at in 1..=clean.n_requests {
        for fault in FAULTS {
            let run = run(ebay.as_ref(), fake, parcel, Some((at, *fault)));
            let end = run.end.unwrap_or_else(|why| panic!("{fault:?} at {at}: {why}"));
            assert_eq!(run.fake.seen(), expected, "{fault:?} at request {at}");
            all_accepted(&end);
        }
    }
}

fn accepted<'p>(feed: &'static str, parcel: &'p Parcel) -> impl Fn(&Receipt) + use<'p> {
    let ebay = Recipe::default().open().unwrap();
    move |receipt| {
        let Receipt::Answered(report) = receipt else { panic!("{receipt:?}") };
        let (verdicts, findings) = talk::read(ebay.as_ref(), feed, report, &parcel.rows);
        assert!(verdicts.iter().all(|verdict| verdict.contains(" accepted")), "{verdicts:?} {findings:?}");
        assert_eq!(findings, Vec::<String>::new());
    }
}

#[test]
fn whole_listings_are_made_once_whatever_happens_to_a_request() {
    let ebay = Recipe::default().open().unwrap();
    let parcel = content(ebay.as_ref());
    assert_eq!(parcel.files.len(), 4);
    check(&Fake::default(), &parcel, &accepted("inventory", &parcel));
    let made = run(ebay.as_ref(), &Fake::default(), &parcel, None).fake;
    assert!(made.offers.values().all(|offer| offer.n_publications == 1 && offer.listing.is_some()));
    assert!(made.offers.len() >= 6, "{:?}", made.offers.keys());
}

#[test]
fn whole_listings_that_are_there_already_are_changed_and_not_published_again() {
    let ebay = Recipe::default().open().unwrap();
    let mut parcel = content(ebay.as_ref());
    let made = run(ebay.as_ref(), &Fake::default(), &parcel, None).fake;
    check(&made, &parcel, &accepted("inventory", &parcel));
    for row in &mut parcel.rows {
        if let Some(offer) = made.offers.get(row.sku.as_str()) {
            *row = talk::with_id(row.clone(), "offer", &offer.id);
        }
    }
    check(&made, &parcel, &accepted("inventory", &parcel));
    let twice = run(ebay.as_ref(), &made, &parcel, None).fake;
    assert_eq!(twice.seen(), made.seen(), "nothing changed");
}

#[test]
fn prices_quantities_and_ends_are_told_whatever_happens_to_a_request() {
    let ebay = Recipe::default().open().unwrap();
    let listings = content(ebay.as_ref());
    let made = run(ebay.as_ref(), &Fake::default(), &listings, None).fake;
    for feed in ["inventory_price", "inventory_stock", "inventory_end"] {
        let (files, _) = written(ebay.as_ref(), feed, "", &[sample("15687.family"), sample("16080")]);
        let skus = talk::skus_of(&files);
        let parcel = talk::parcel(feed, &files, talk::rows(&skus.iter().map(String::as_str).collect::<Vec<_>>()));
        let told = |receipt: &Receipt| {
            let Receipt::Answered(report) = receipt else { panic!("{receipt:?}") };
            let (verdicts, _) = talk::read(ebay.as_ref(), feed, report, &parcel.rows);
            assert!(verdicts.iter().all(|verdict| verdict.contains(" accepted")), "{verdicts:?}");
        };
        check(&made, &parcel, &told);
    }
}

#[test]
fn a_file_is_handed_in_once_whatever_happens_to_a_request() {
    let ebay = Recipe::default().open().unwrap();
    let (files, _) = written(ebay.as_ref(), "lms", "16080", &[sample("16080")]);
    let parcel = talk::parcel("lms", &files, talk::rows(&["MD-C37-SLT"]));
    let clean = run(ebay.as_ref(), &Fake::default(), &parcel, None);
    assert_eq!(clean.n_requests, 2, "make the task, hand in the file");
    for at in 1..=clean.n_requests {
        for fault in FAULTS {
            let run = run(ebay.as_ref(), &Fake::default(), &parcel, Some((at, *fault)));
            let Receipt::Queued(id) = run.end.unwrap_or_else(|why| panic!("{fault:?} at {at}: {why}")) else {
                panic!("{fault:?} at {at}");
            };
            assert_eq!(run.fake.seen()["files"], json!(files), "{fault:?} at request {at}");
            assert_eq!(run.fake.tasks[&id].as_ref(), Some(&files[0]), "the receipt is of the task that has the file");
        }
    }
}

#[test]
fn a_task_that_another_submission_has_claimed_is_not_taken_for_ours_and_two_are_too_many() {
    let ebay = Recipe::default().open().unwrap();
    let (files, _) = written(ebay.as_ref(), "lms", "16080", &[sample("16080")]);
    let mut parcel = talk::parcel("lms", &files, talk::rows(&["MD-C37-SLT"]));
    let first = run(ebay.as_ref(), &Fake::default(), &parcel, None);
    let second = run(ebay.as_ref(), &first.fake, &parcel, None);
    parcel.memory.begun_at = Some(1_795_000_000);
    let many = run(ebay.as_ref(), &second.fake, &parcel, None);
    assert_eq!(many.end.unwrap_err().trouble, Trouble::Unknown);
    assert_eq!(many.fake, second.fake, "nothing was sent");
    let (Receipt::Queued(one), Receipt::Queued(other)) = (first.end.unwrap(), second.end.unwrap()) else { panic!() };
    parcel.memory.claimed = vec![one];
    let found = run(ebay.as_ref(), &second.fake, &parcel, None);
    assert_eq!(found.end.unwrap(), Receipt::Queued(other.clone()));
    parcel.memory.claimed.push(other);
    let anew = run(ebay.as_ref(), &second.fake, &parcel, None);
    assert_eq!(anew.fake.tasks.len(), 3, "none of them is ours");
}

#[test]
fn two_faults_in_a_row_change_nothing_either() {
    let ebay = Recipe::default().open().unwrap();
    let parcel = content(ebay.as_ref());
    let expected: Value = run(ebay.as_ref(), &Fake::default(), &parcel, None).fake.seen();
    for at in 1..12 {
        for fault in FAULTS {
            let once = run(ebay.as_ref(), &Fake::default(), &parcel, Some((at, *fault)));
            let mut again = parcel.clone();
            again.memory.begun_at = Some(1_795_000_000);
            for then in [Fault::CrashAfter, Fault::LostAfter] {
                let twice = run(ebay.as_ref(), &once.fake, &again, Some((at + 1, then)));
                assert_eq!(twice.fake.seen(), expected, "{fault:?} at {at}, then {then:?}");
            }
        }
    }
}
