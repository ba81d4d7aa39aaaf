//! When lanes are sent: cron expressions in one time zone. A due time that was missed is caught up once.

use crate::config::ConfigError;
use crate::config::ConfigFile;
use croner::Cron;
use croner::parser::CronParser;
use feedwright_catalog::digest::Lane;
use feedwright_catalog::nearest::did_you_mean;
use feedwright_ledger::Ledger;
use feedwright_ledger::LedgerError;
use jiff::SignedDuration;
use jiff::Timestamp;
use jiff_of_croner::Zoned;
use jiff_of_croner::tz::TimeZone;

/// The schedules of a configuration.
#[derive(Clone, Debug)]
pub struct Schedules {
    zone: TimeZone,
    all: Vec<Schedule>,
}

#[derive(Clone, Debug)]
struct Schedule {
    channel: String,
    lane: Lane,
    expression: String,
    cron: Cron,
}

/// When a lane is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The channel.
    pub channel: String,
    /// The lane.
    pub lane: Lane,
    /// When.
    pub at: Timestamp,
    /// The same in the schedules' time zone, for people.
    pub shown: String,
    /// The expression.
    pub expression: String,
}

/// How far back a missed due time is looked for: what was missed for longer is caught up all the same, by the last one.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(24 * 366);

impl Schedules {
    /// Reads the schedules of these channels and lanes; of all when there are none.
    ///
    /// # Errors
    /// What is wrong with an expression, a lane or the time zone, with its line.
    pub fn read(file: &ConfigFile, channels: &[String], lanes: &[Lane]) -> Result<Self, ConfigError> {
        let zone = match &file.config.time_zone {
            None => TimeZone::UTC,
            Some(name) => TimeZone::get(name.get_ref()).map_err(|_| {
                let message = format!("there is no time zone `{}`; write it as `Europe/Berlin`", name.get_ref());
                file.error(Some(name.span()), message)
            })?,
        };
        let mut all = Vec::new();
        for (channel, config) in &file.config.channels {
            for (lane, expression) in &config.schedule {
                let known = || Lane::ALL.iter().map(|lane| lane.name());
                let parsed = Lane::parse(lane.get_ref()).ok_or_else(|| {
                    let near = did_you_mean(lane.get_ref(), known());
                    let all: Vec<&str> = known().collect();
                    let message = format!("there is no lane `{}`; there are {}{near}", lane.get_ref(), all.join(", "));
                    file.error(Some(lane.span()), message)
                })?;
                let cron = CronParser::new().parse(expression.get_ref()).map_err(|why| {
                    let message = format!(
                        "`{}` is no schedule: {why}; write minute, hour, day, month and weekday, such as `*/15 6-22 * * *`",
                        expression.get_ref()
                    );
                    file.error(Some(expression.span()), message)
                })?;
                let is_wanted = (channels.is_empty() || channels.contains(channel))
                    && (lanes.is_empty() || lanes.contains(&parsed));
                if is_wanted {
                    let expression = expression.get_ref().clone();
                    all.push(Schedule { channel: channel.clone(), lane: parsed, expression, cron });
                }
            }
        }
        Ok(Self { zone, all })
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// When each is due next after `now`, soonest first. One that is never due again is left out.
    pub fn next(&self, now: Timestamp) -> Vec<Due> {
        let Some(now) = self.zoned(now) else { return Vec::new() };
        let mut due: Vec<Due> = self
            .all
            .iter()
            .filter_map(|schedule| {
                let at = schedule.cron.find_next_occurrence(&now, false).ok()?;
                Some(Due {
                    channel: schedule.channel.clone(),
                    lane: schedule.lane,
                    at: plain(&at)?,
                    shown: at.strftime("%Y-%m-%d %H:%M %Z").to_string(),
                    expression: schedule.expression.clone(),
                })
            })
            .collect();
        due.sort_by(|a, b| (a.at, &a.channel, a.lane).cmp(&(b.at, &b.channel, b.lane)));
        due
    }

    /// Takes what fell due since it was taken last: however often that was, once. Of two servers only one gets it. A
    /// schedule that was never seen before begins now.
    ///
    /// # Errors
    /// The ledger's; what was taken before stays taken.
    pub fn take_due(&self, ledger: &mut Ledger, who: &str, now: Timestamp) -> Result<Vec<(String, Lane)>, LedgerError> {
        let mut taken = Vec::new();
        for schedule in &self.all {
            let key = format!("{}/{}", schedule.channel, schedule.lane.name());
            let Some(due) = self.last_due(&schedule.cron, now) else { continue };
            let is_new = match ledger.fired(&key)? {
                Some(fired) => fired < due,
                None => {
                    // Nothing was missed by somebody who was not there.
                    ledger.fire(&key, due, who, now)?;
                    false
                }
            };
            if is_new && ledger.fire(&key, due, who, now)? {
                taken.push((schedule.channel.clone(), schedule.lane));
            }
        }
        Ok(taken)
    }

    /// The last due time up to now.
    fn last_due(&self, cron: &Cron, now: Timestamp) -> Option<Timestamp> {
        let zoned = self.zoned(now)?;
        let last = plain(&cron.find_previous_occurrence(&zoned, true).ok()?)?;
        (now.duration_since(last) <= LOOK_BACK).then_some(last)
    }

    /// croner speaks of time in another version's words.
    fn zoned(&self, at: Timestamp) -> Option<Zoned> {
        let at = jiff_of_croner::Timestamp::from_nanosecond(at.as_nanosecond()).ok()?;
        Some(at.to_zoned(self.zone.clone()))
    }
}

fn plain(at: &Zoned) -> Option<Timestamp> {
    Timestamp::from_nanosecond(at.timestamp().as_nanosecond()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use feedwright_ledger::Location;

    fn schedules(zone: &str, expression: &str) -> Schedules {
        let text = format!(
            "time_zone = \"{zone}\"\n[channels.a]\nmarketplace = \"amazon\"\nschedule.stock = \"{expression}\"\n"
        );
        Schedules::read(&ConfigFile::parse("feedwright.toml", text).unwrap(), &[], &[]).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_schedule_is_due_by_the_clocks_of_its_time_zone() {
        let daily = schedules("Europe/Berlin", "30 3 * * *");
        let next = |now: &str| daily.next(at(now)).first().unwrap().at;
        assert_eq!(next("2026-01-10T12:00:00Z"), at("2026-01-11T02:30:00Z"));
        assert_eq!(next("2026-07-10T12:00:00Z"), at("2026-07-11T01:30:00Z"));
        assert_eq!(daily.next(at("2026-07-10T12:00:00Z"))[0].shown, "2026-07-11 03:30 CEST");
    }

    #[test]
    fn what_was_missed_is_caught_up_once_and_by_one_server() {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::File(folder.path().join("ledger"));
        let (mut one, mut two) = (Ledger::open(&location).unwrap(), Ledger::open(&location).unwrap());
        let quarterly = schedules("UTC", "*/15 * * * *");
        let take = |ledger: &mut Ledger, now: &str| quarterly.take_due(ledger, "test", at(now)).unwrap().len();
        // Nobody has missed what was due before the first start.
        assert_eq!(take(&mut one, "2026-01-10T12:07:00Z"), 0);
        assert_eq!(take(&mut one, "2026-01-10T12:15:00Z"), 1);
        assert_eq!(take(&mut two, "2026-01-10T12:15:01Z"), 0);
        // Six due times later.
        assert_eq!(take(&mut two, "2026-01-10T13:47:00Z"), 1);
        assert_eq!(take(&mut one, "2026-01-10T13:47:00Z"), 0);
        assert_eq!(take(&mut one, "2026-01-10T14:00:00Z"), 1);
    }

    #[test]
    fn what_is_no_schedule_is_told_with_its_line() {
        let read = |line: &str| {
            let text = format!("[channels.a]\nmarketplace = \"amazon\"\n{line}\n");
            let file = ConfigFile::parse("feedwright.toml", text).unwrap();
            Schedules::read(&file, &[], &[]).unwrap_err().to_string()
        };
        let wrong = read("schedule.stock = \"every day\"");
        assert!(wrong.starts_with("feedwright.toml:3: `every day` is no schedule: "), "{wrong}");
        assert!(read("schedule.stok = \"0 0 * * *\"").contains("did you mean `stock`?"));
    }
}
