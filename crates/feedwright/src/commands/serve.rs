//! `serve`: rounds by schedule, until it is told to stop.

use super::office;
use super::office::Office;
use super::office::Said;
use super::plan::REPEAT_AFTER;
use crate::Outcome;
use crate::arguments::SellingArguments;
use crate::arguments::ServeArguments;
use crate::arguments::WireArguments;
use anyhow::anyhow;
use feedwright_runner::pipeline::Silent;
use feedwright_runner::round::Round;
use feedwright_runner::schedule::Schedules;
use feedwright_runner::selling;
use feedwright_runner::send::Leases;
use feedwright_runner::send::Listener as _;
use feedwright_runner::send::Means;
use feedwright_runner::send::Sender;
use feedwright_runner::wire::World;
use jiff::SignedDuration;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::io;
use std::io::Write as _;
use std::time::Duration;

/// How long is slept at most: what another server or a person changed is seen soon.
const LONGEST_SLEEP: SignedDuration = SignedDuration::from_secs(60);

pub(crate) fn serve(arguments: &ServeArguments) -> anyhow::Result<Outcome> {
    let office = Office::open(arguments.selling.config.as_deref())?;
    let schedules = Schedules::read(&office.file, &arguments.selling.channel, &arguments.selling.lane)?;
    if schedules.is_empty() {
        return Err(anyhow!(
            "nothing has a schedule: add `schedule.stock = \"*/15 * * * *\"` and the like to channels of the configuration"
        ));
    }
    if arguments.list {
        let now = Timestamp::now();
        let mut out = io::stdout().lock();
        for due in schedules.next(now) {
            writeln!(out, "{}  {}, {}  ({})", due.shown, due.channel, due.lane.name(), due.expression)?;
        }
        return Ok(Outcome::Fine);
    }
    let said = Said { is_quiet: arguments.selling.quiet };
    let world = office.world(&arguments.wire)?;
    let mut ledger = office.ledger()?;
    let who = office::who(None);
    said.say(&format!("serving {} schedules", schedules.len()));
    while !world.stop.is_stopped() {
        let now = world.clock.now();
        let due = match schedules.take_due(&mut ledger, &who, now) {
            Ok(due) => due,
            Err(why) => {
                // A database that is away comes back; what is due is taken up then, once.
                said.say(&why.to_string());
                let _away_still = ledger.reopen();
                world.clock.sleep(Duration::from_secs(10), &world.stop);
                continue;
            }
        };
        let mut rounds: Vec<(String, Vec<feedwright_runner::Lane>)> = Vec::new();
        for (channel, lane) in due {
            match rounds.iter_mut().find(|(name, _)| *name == channel) {
                Some((_, lanes)) => lanes.push(lane),
                None => rounds.push((channel, vec![lane])),
            }
        }
        for (channel, lanes) in rounds {
            // One channel's trouble is not the next one's.
            if let Err(why) = round(&office, arguments, &world, &said, channel.clone(), lanes) {
                said.say(&format!("error: {channel}: {why:#}"));
            }
        }
        if let Err(why) = look(&office, arguments, &world, &said) {
            said.say(&format!("error: {why:#}"));
        }
        let next = schedules.next(world.clock.now()).into_iter().map(|due| due.at).min();
        let wait = next.map_or(LONGEST_SLEEP, |next| next.duration_since(world.clock.now()));
        let wait = wait.clamp(SignedDuration::from_secs(1), LONGEST_SLEEP);
        world.clock.sleep(Duration::try_from(wait).unwrap_or_default(), &world.stop);
    }
    said.say("stopped");
    Ok(Outcome::Fine)
}

/// One channel's lanes that are due.
fn round(
    office: &Office,
    arguments: &ServeArguments,
    world: &World,
    said: &Said,
    channel: String,
    lanes: Vec<feedwright_runner::Lane>,
) -> anyhow::Result<()> {
    // The configuration's documents and templates are read anew, so that what changed holds from now on.
    let about = SellingArguments {
        config: arguments.selling.config.clone(),
        channel: vec![channel],
        lane: lanes,
        threads: arguments.selling.threads,
        quiet: true,
    };
    let office_now = Office::open(arguments.selling.config.as_deref())?;
    let selling = office_now.selling(&about, None, None)?;
    let columns = selling::columns(&selling.sources);
    let wire: &WireArguments = &arguments.wire;
    let open = || office.ledger();
    let round = Round {
        shops: office_now.wires(selling.shops, wire, world)?,
        sources: selling.sources,
        world,
        open: &open,
        columns,
        threads: office::threads(arguments.selling.threads),
        levels: selling.levels,
        repeat_after: REPEAT_AFTER,
        accepted: BTreeSet::new(),
        who: office::who(None),
        left_out: Vec::new(),
        memory: Some(selling.memory),
        wait_until: None,
    };
    let made = round.make(None, &Silent, said, &mut |plan| {
        for lane in &plan.lanes {
            let counts: Vec<String> =
                lane.counts().iter().map(|(action, count)| format!("{count} {}", action.name())).collect();
            let counts = if counts.is_empty() { "nothing to send".to_owned() } else { counts.join(", ") };
            said.say(&format!("{}, {}: {counts}, {} blocked", lane.channel, lane.lane.name(), lane.n_blocked));
            for stop in &lane.stops {
                said.say(&format!("{}, {}: stopped by {stop}", lane.channel, lane.lane.name()));
            }
        }
    })?;
    for channel in &made.channels {
        if let Some(why) = &channel.trouble {
            said.say(&format!("error: {}: {why}", channel.name));
        }
    }
    Ok(())
}

/// What is due to be asked after, on all channels.
fn look(office: &Office, arguments: &ServeArguments, world: &World, said: &Said) -> anyhow::Result<()> {
    let mut ledger = office.ledger()?;
    let filter = feedwright_ledger::Filter {
        states: vec![feedwright_ledger::State::Queued],
        ..feedwright_ledger::Filter::default()
    };
    let now = world.clock.now();
    let mut due: Vec<String> = ledger
        .submissions(&filter)?
        .into_iter()
        .filter(|submission| submission.next_look.is_none_or(|next| next <= now))
        .map(|submission| submission.channel)
        .filter(|channel| office.file.config.channels.contains_key(channel))
        .collect();
    due.sort();
    due.dedup();
    if due.is_empty() {
        return Ok(());
    }
    let about = SellingArguments { config: None, channel: due, lane: Vec::new(), threads: None, quiet: true };
    let selling = office.selling(&about, None, None)?;
    let columns = selling::columns(&selling.sources);
    let leases = Leases::new();
    for (shop, wire) in office.wires(selling.shops, &arguments.wire, world)? {
        let means = Means { world, leases: &leases, columns: &columns, listener: said };
        let mut sender = Sender::new(&shop, &wire, means, office.ledger()?, "serve");
        if let Err(why) = sender.look(false) {
            said.say(&format!("error: {}: {why}", shop.name));
        }
    }
    Ok(())
}
