//! The laws of the ledger, held against each database it can be in.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod asking;
mod contenders;
mod entries;
mod failures;
mod findings;
mod ground;
mod lanes;
mod leases;
mod load;
mod migrations;
mod model;
mod random;
mod samples;
mod secrets;
#[expect(dead_code, reason = "the trials of crashes send the server away and bring it back")]
mod server;
mod settling;
mod telling;

use ground::Database;
use ground::Ground;
use libtest_mimic::Arguments;
use libtest_mimic::Failed;
use libtest_mimic::Trial;
use std::process::ExitCode;

/// A law: its name as a path, and what it does on a ground of its own.
type Law = (&'static str, fn(&Ground));

macro_rules! laws {
    ($($law:path),* $(,)?) => { &[$((stringify!($law), $law)),*] };
}

/// What holds for both.
const LAWS: &[Law] = laws![
    entries::what_is_noted_is_still_there_when_the_ledger_is_opened_again,
    entries::entries_have_no_gaps_and_are_read_on_from_where_one_was,
    entries::whoever_watches_is_told_after_the_entry_is_durable,
    entries::a_ledger_is_told_from_others_and_stays_the_same,
    entries::only_what_a_plan_depends_on_moves_the_version,
    entries::what_the_ledger_writes_itself_cannot_be_noted,
    telling::a_submission_is_kept_as_it_was_given,
    telling::what_is_on_its_way_is_not_begun_again_and_the_attempt_leaves_nothing,
    telling::a_sku_that_differs_by_case_only_is_the_same,
    telling::a_submission_with_a_sku_twice_is_refused,
    telling::a_submission_needs_a_lease_that_holds,
    telling::a_receipt_is_written_once,
    telling::a_look_moves_the_next_one_and_makes_no_entry,
    telling::a_text_that_no_database_keeps_is_refused_by_both,
    telling::receipts_and_times_are_found_by_account_and_quota,
    telling::submissions_are_found_by_what_they_are,
    settling::what_is_accepted_stands_with_its_record,
    settling::what_is_rejected_is_remembered_and_what_was_accepted_before_stays,
    settling::what_failed_is_counted_until_something_is_accepted,
    settling::what_is_pending_stays_on_its_way_until_the_last_report,
    settling::the_same_report_twice_changes_nothing,
    settling::the_first_final_verdict_holds,
    settling::a_report_says_nothing_of_skus_it_was_not_asked_about,
    settling::a_verdict_of_an_older_submission_does_not_overwrite_a_newer_one,
    settling::what_was_given_up_as_refused_never_happened,
    settling::what_was_given_up_as_unknown_may_still_be_told,
    settling::the_files_go_when_nothing_will_be_sent_again,
    lanes::a_record_that_tells_several_lanes_is_judged_in_all_of_them,
    lanes::a_listing_that_was_retired_is_not_listed_in_any_lane,
    lanes::a_listing_that_comes_back_can_be_retired_again,
    lanes::what_was_told_before_a_retirement_does_not_bring_the_listing_back,
    lanes::what_is_forgotten_is_unknown_and_what_is_on_its_way_stays_so,
    lanes::standings_come_sorted_by_sku_whatever_the_language,
    asking::some_skus_are_found_by_their_keys_and_unknown_ones_left_out,
    asking::whoever_asks_about_some_skus_may_panic,
    asking::what_is_listed_is_counted_once_however_many_lanes_say_so,
    asking::what_moved_since_a_version_is_named,
    asking::what_moved_is_not_said_where_it_cannot_be,
    findings::findings_are_those_of_the_latest_verdict_of_each_lane,
    findings::ids_are_put_together_from_all_verdicts,
    findings::the_history_of_a_sku_goes_over_channels_and_lanes,
    leases::a_lease_is_had_by_one_and_taken_over_when_it_ran_out,
    leases::an_owner_that_was_away_too_long_cannot_begin,
    leases::a_lease_that_was_given_back_is_gone_for_its_old_owner,
    leases::of_many_threads_one_gets_the_lease,
    leases::a_due_time_is_taken_once,
    contenders::two_processes_share_a_ledger,
    contenders::threads_that_open_a_new_ledger_at_once_make_it_once,
    migrations::a_ledger_of_the_first_version_is_brought_up_to_date,
    migrations::a_ledger_of_a_newer_version_is_left_alone,
    failures::whoever_waits_too_long_is_told_that_somebody_else_is_writing,
    failures::a_ledger_survives_who_watches_and_panics,
    random::any_sequence_of_calls_does_what_the_model_does,
    load::many_rows_are_begun_and_settled,
];

/// What only a file can do.
const OF_A_FILE: &[Law] = laws![
    failures::a_full_disk_is_said_and_nothing_is_lost,
    failures::a_file_that_is_something_else_is_left_alone,
    failures::no_name_of_a_file_means_anything_special,
];

/// What only a server can do.
const OF_A_SERVER: &[Law] = laws![
    failures::a_connection_that_was_cut_is_said_and_a_new_one_works,
    failures::a_connection_cut_in_the_middle_of_a_change_leaves_nothing_of_it,
    failures::a_server_that_is_not_there_is_gone,
    secrets::no_error_shows_the_password,
    secrets::a_connection_is_encrypted_when_the_address_asks_for_it,
];

fn main() -> ExitCode {
    if let Some(done) = contenders::contend() {
        return done;
    }
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for (database, own) in [(Database::Sqlite, OF_A_FILE), (Database::Postgres, OF_A_SERVER)] {
        let absent = database == Database::Postgres && !server::is_installed();
        for (name, law) in LAWS.iter().chain(own) {
            let name = name.replace("::", ": ").replace('_', " ");
            let trial = Trial::test(format!("{}: {name}", database.name()), move || {
                if absent {
                    return Err(Failed::from("there is no PostgreSQL here; install Debian's `postgresql`"));
                }
                law(&Ground::new(database));
                Ok(())
            });
            // Where nobody relies on the answer it is enough to say that there is none.
            trials.push(trial.with_ignored_flag(absent && std::env::var_os("CI").is_none()));
        }
        if absent && !arguments.list {
            say("NOT CHECKED: the ledger in PostgreSQL. Install Debian's `postgresql` to check it.");
        }
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    server::stop();
    conclusion.exit_code()
}

#[expect(clippy::print_stderr, reason = "what was not checked, and how fast it was, is said aloud")]
fn say(text: &str) {
    eprintln!("{text}");
}
