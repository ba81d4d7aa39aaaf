//! The ways in which an adapter that sends can go wrong.

/// How talking goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// Not at all.
    Nothing,
    /// It cannot be submitted.
    IsMute,
    /// It cannot be asked after.
    IsForgotten,
    /// What people upload has conversations.
    SendsPapers,
    /// What people upload has reports.
    ReadsPapers,
    /// Submitting never ends.
    SubmitsForever,
    /// Asking after never ends.
    PollsForever,
    /// Fetching documents never ends.
    PullsForever,
    /// It asks a host that is not its API's.
    AsksStrangers,
    /// It asks what is not in its API.
    AsksMore,
    /// Its path leads to another host.
    AsksBeside,
    /// Its files go to a URL that nobody gave.
    MakesUpUrls,
    /// A token goes to a given URL.
    ShowsToken,
    /// It signs in by itself.
    SignsIn,
    /// What is lost is sent again.
    Repeats,
    /// It is looked for, and sent again whatever was found.
    LooksAway,
    /// What was begun before is sent as if for the first time.
    ForgetsBeginning,
    /// What is found is taken for its own.
    AdoptsAny,
    /// Whatever is lost is given up.
    GivesUp,
    /// Whatever is lost is said to be refused.
    SaysRefused,
    /// What is only tried is sent.
    SendsTries,
    /// The first report counts, even if nothing is in it yet.
    IsHasty,
    /// What the report does not name is accepted.
    AcceptsUntold,
    /// Whatever is JSON is a good report.
    AcceptsAnything,
    /// A report that is broken off is read as far as it goes, and the rest accepted.
    ReadsOn,
    /// Reports have some length.
    CutsBlindly,
    /// Verdicts come as the report has them.
    KeepsTheirOrder,
    /// A row has two verdicts.
    SaysTwice,
    /// What the report does not name has no verdict.
    LeavesOut,
    /// Whatever the report names has a verdict.
    AddsStrangers,
    /// Codes are written small.
    WritesSmall,
    /// Codes that are not known are all the same.
    KnowsFew,
}
