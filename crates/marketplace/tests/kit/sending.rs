//! The laws of sending, each broken in the ways it is there for.

use crate::api;
use crate::post::open;
use crate::store::meet;
use crate::wrong::Wrong;
use feedwright_marketplace::Profile;
use feedwright_marketplace::conformance;
use feedwright_marketplace::conformance::Meet;

fn broken(profile: &'static Profile, open: conformance::Open, meet: Option<Meet>) -> String {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/kit/crates/fake");
    let broken = conformance::broken(profile, open, meet, manifest);
    let lines: Vec<String> = broken.iter().map(|(name, why)| format!("{name}: {why}\n")).collect();
    lines.concat()
}

/// The law that is meant for it notices.
macro_rules! noticed {
    ($($name:ident: $wrong:ident => $($expected:literal),+;)+) => {
        $(
            #[test]
            fn $name() {
                let broken = broken(&api::PROFILE, |setup| open(setup, Wrong::$wrong), Some(meet));
                for expected in [$($expected),+] {
                    assert!(broken.contains(expected), "{expected:?} is not among\n{broken}");
                }
            }
        )+
    };
}

#[test]
fn an_adapter_that_sends_without_faults_keeps_every_law() {
    assert_eq!(broken(&api::PROFILE, |setup| open(setup, Wrong::Nothing), Some(meet)), "");
}

#[test]
fn an_adapter_that_sends_is_not_tried_by_halves() {
    let expected = "fake: what is sent by API is tried on another side: none was given to the kit";
    let broken = broken(&api::PROFILE, |setup| open(setup, Wrong::Nothing), None);
    assert!(broken.contains(expected), "{broken}");
}

#[test]
fn an_api_that_makes_no_sense_is_noticed() {
    let whole = "fake: every operation has a host, a token and a limit with its source";
    let feeds = "fake: feeds are sent by API if there is one, and tell along what others carry";
    let cases = [
        (&api::NO_SOURCE, whole, "the limit of operation `withoutSource` has no source or day"),
        (&api::NO_TOKEN, whole, "operation `withoutToken` needs a token that is not there"),
        (&api::TWO_OF_AN_ID, whole, "operation `makePost` is two"),
        (&api::NEVER_ASKED, whole, "operation `never` may never be asked"),
        (&api::NO_API, feeds, "`posts` is sent by API, and there is none"),
        (&api::TELLS_ALONE, feeds, "`posts` tells price along, which no other feed carries"),
        (&api::PAPER_TELLS, feeds, "`papers` tells along though nothing is sent"),
    ];
    for (profile, law, why) in cases {
        let broken = broken(profile, |setup| open(setup, Wrong::Nothing), Some(meet));
        assert!(broken.contains(&format!("{law}: {why}\n")), "{law}: {why} is not among\n{broken}");
    }
}

noticed! {
    a_feed_that_cannot_be_submitted_is_noticed: IsMute =>
        "posts: it can be submitted, and what waits can be asked after: it cannot be submitted";
    a_feed_that_cannot_be_asked_after_is_noticed: IsForgotten =>
        "posts: it can be submitted, and what waits can be asked after: it cannot be asked after",
        "posts: what is sent and asked after comes to a verdict for each row: `post-1` waits, and cannot be asked after";
    conversations_about_what_people_upload_are_noticed: SendsPapers =>
        "papers: it is not sent by API, and says so: it has conversations all the same";
    reports_on_what_people_upload_are_noticed: ReadsPapers =>
        "papers: it is not sent by API, and says so: it reads reports all the same";

    submitting_without_an_end_is_noticed: SubmitsForever =>
        "posts: any script of answers ends, and only what the API knows is asked: script 0: it has not ended";
    asking_without_an_end_is_noticed: PollsForever =>
        "posts: any script of answers ends, and only what the API knows is asked: script 0: it has not ended",
        "posts: what is sent and asked after comes to a verdict for each row: it has not ended";
    fetching_without_an_end_is_noticed: PullsForever =>
        "documents: any script of answers ends, and only what the API knows is asked: script 0: it has not ended";

    a_host_that_is_not_the_marketplaces_is_noticed: AsksStrangers =>
        "only what the API knows is asked: script 0: `listPosts` goes to host `stranger`, which its API does not name";
    an_operation_that_no_api_has_is_noticed: AsksMore =>
        "only what the API knows is asked: script 0: `unlisted` is none of the operations of its API";
    a_path_that_leads_to_another_host_is_noticed: AsksBeside =>
        "`listPosts` goes to `//elsewhere.example/posts`, which is no path";
    a_url_that_nobody_gave_is_noticed: MakesUpUrls =>
        "comes to a verdict for each row: `putFile` goes to a URL that no answer gave";
    a_token_for_a_given_url_is_noticed: ShowsToken =>
        "comes to a verdict for each row: `putWithToken` would send a token to a given URL";
    a_secret_in_a_request_is_noticed: SignsIn => "`listPosts` sets the header `Authorization`, which is the wire's";

    sending_again_without_a_look_is_noticed: Repeats =>
        "posts: what may have arrived is not sent again without a look: \
         request 3 (`makePost`) takes effect and its answer is lost: `[{";
    sending_again_whatever_was_seen_is_noticed: LooksAway =>
        "posts: what may have arrived is not sent again without a look: \
         request 3 (`makePost`) takes effect and its answer is lost: `[{",
        "is there 2 times, and 1 times when all goes well";
    beginning_anew_as_if_for_the_first_time_is_noticed: ForgetsBeginning =>
        "posts: what may have arrived is not sent again without a look: \
         request 3 (`makePost`) takes effect and the program ends: `[{";
    the_submission_of_somebody_else_is_noticed: AdoptsAny =>
        "request 1 (`makePlace`) is not sent since the program ends: `[{";
    giving_up_what_could_be_seen_is_noticed: GivesUp =>
        "request 3 (`makePost`) is lost: it asks a person what it could have seen: makePost: look yourself";
    saying_that_nothing_arrived_when_it_did_is_noticed: SaysRefused =>
        "and says that nothing took effect: makePost: no";
    a_try_with_an_effect_is_noticed: SendsTries => "posts: what is only tried makes nothing: `[{";
    a_report_before_there_is_one_is_noticed: IsHasty =>
        "posts: what is sent and asked after comes to a verdict for each row: `MUGS-RED` is unknown";

    a_report_of_anything_is_noticed: AcceptsAnything =>
        "posts: a report that says nothing accepts nothing: `MUGS-RED` is accepted by \"{}\"";
    a_row_accepted_without_a_word_is_noticed: AcceptsUntold =>
        "posts: a report of all that was taken: a row that it is not about is not accepted: `NOBODY-SENT-THIS` is accepted";
    a_report_read_on_behind_its_end_is_noticed: ReadsOn =>
        "refused.json as a report of posts: cut off anywhere it says less, or nothing: cut off after 7",
        " bytes it accepts `A`, which the whole does not";
    a_report_that_is_thought_to_be_long_is_noticed: CutsBlindly =>
        "refused.json as a report of posts: cut off anywhere it says less, or nothing: it panicked",
        "posts: a report of all that was taken: cut off anywhere it says less, or nothing: it panicked";
    verdicts_in_the_reports_order_are_noticed: KeepsTheirOrder =>
        "there is a verdict for each row, in their order: of all rows: the verdict of `D` stands in the place of `A`";
    two_verdicts_for_a_row_are_noticed: SaysTwice =>
        "there is a verdict for each row, in their order: of all rows: `A` has two verdicts";
    a_row_without_a_verdict_is_noticed: LeavesOut =>
        "there is a verdict for each row, in their order: of all rows: `D` has no verdict";
    a_verdict_for_what_was_not_sent_is_noticed: AddsStrangers =>
        "there is a verdict for each row, in their order: of all rows but `A`: `A` has a verdict and was not sent";
    a_code_in_other_letters_is_noticed: WritesSmall =>
        "refused.json as a report of posts: its codes stay as they came: code `NO-PRICE` is in the report";
    a_code_that_is_not_known_is_noticed: KnowsFew =>
        "refused.json as a report of posts: its codes stay as they came: code `Of_Tomorrow 7-x` is in the report";
}
