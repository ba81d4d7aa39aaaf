//! What answers tell of limits, in the many forms in which they tell it.

use feedwright_marketplace::api::LimitHeaders;
use feedwright_marketplace::exchange::Answer;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use std::time::Duration;

/// From here on a number is a time in seconds since 1970, and not so many seconds from now.
const FIRST_TIME: u64 = 1_000_000_000;
/// From here on it is one in milliseconds.
const FIRST_MILLISECONDS: u64 = 1_000_000_000_000;
/// A rate of less than one in so long is a mistake.
const LONGEST_INTERVAL: Duration = Duration::from_hours(24);

/// What an answer tells. What it does not tell, or not in a form that is known, is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// How long to stay away.
    pub(super) retry_after: Option<Duration>,
    /// Between two requests at the rate in force.
    pub(super) interval: Option<Duration>,
    /// How many requests are left.
    pub(super) left: Option<u32>,
    /// How long until there are more.
    pub(super) replenished: Option<Duration>,
}

impl Told {
    /// Reads an answer that came now.
    pub(super) fn read(answer: &Answer, headers: &LimitHeaders, now: Timestamp) -> Self {
        let text = |name: Option<&str>| name.and_then(|name| answer.header(name)).map(str::trim);
        Self {
            retry_after: text(Some("retry-after")).and_then(|text| retry_after(text, now)),
            interval: text(headers.rate).and_then(interval),
            left: text(headers.left).and_then(left),
            replenished: text(headers.replenished).and_then(|text| moment(text, now)),
        }
    }
}

/// RFC 9110, 10.2.3: seconds, or a date.
fn retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    if let Some(seconds) = seconds(text) {
        return Some(Duration::from_secs(seconds));
    }
    let time = DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(from_now(time, now))
}

/// Requests a second as a decimal: `0.0083`.
fn interval(text: &str) -> Option<Duration> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction = fraction.trim_end_matches('0');
    let digits = format!("{whole}{fraction}");
    if digits.len() > 18 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let scale = 10_u128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let nanoseconds = (1_000_000_000 * scale).checked_div(digits.parse().ok()?)?;
    let interval = Duration::from_nanos(u64::try_from(nanoseconds).ok()?);
    (!interval.is_zero() && interval <= LONGEST_INTERVAL).then_some(interval)
}

/// A count; less than none is none.
fn left(text: &str) -> Option<u32> {
    if text.strip_prefix('-').is_some_and(|rest| seconds(rest).is_some()) {
        return Some(0);
    }
    seconds(text).map(|count| u32::try_from(count).unwrap_or(u32::MAX))
}

/// Seconds from now, a time in seconds or milliseconds since 1970, or an ISO time.
fn moment(text: &str, now: Timestamp) -> Option<Duration> {
    let Some(number) = seconds(text) else {
        return text.parse().ok().map(|time| from_now(time, now));
    };
    let time = if number >= FIRST_MILLISECONDS {
        Timestamp::from_millisecond(i64::try_from(number).ok()?).ok()?
    } else if number >= FIRST_TIME {
        Timestamp::from_second(i64::try_from(number).ok()?).ok()?
    } else {
        return Some(Duration::from_secs(number));
    };
    Some(from_now(time, now))
}

fn from_now(time: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(time.duration_since(now)).unwrap_or_default()
}

/// A whole number, rounded up.
fn seconds(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_digit());
    if whole.is_empty() || whole.len() > 18 || !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let more = u64::from(fraction.bytes().any(|digit| digit != b'0'));
    whole.parse::<u64>().ok()?.checked_add(more)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADERS: LimitHeaders =
        LimitHeaders { rate: Some("x-rate"), left: Some("x-left"), replenished: Some("x-more-at") };

    fn told(name: &str, value: &str) -> Told {
        let answer = Answer { status: 429, headers: vec![(name.to_owned(), value.to_owned())], body: Vec::new() };
        Told::read(&answer, &HEADERS, "2026-11-26T10:00:00Z".parse().unwrap())
    }

    #[test]
    fn the_time_of_replenishment_is_read_in_each_of_its_forms() {
        for text in
            ["90", "89.5", " 90 ", "1795687290", "1795687290000", "2026-11-26T10:01:30Z", "2026-11-26T11:01:30+01:00"]
        {
            assert_eq!(told("x-more-at", text).replenished, Some(Duration::from_secs(90)), "{text}");
        }
        assert_eq!(told("x-more-at", "2026-11-26T09:00:00Z").replenished, Some(Duration::ZERO), "it has passed");
        for text in ["", "soon", "-5", "1e9", "99999999999999999999", "2026-11-26"] {
            assert_eq!(told("x-more-at", text).replenished, None, "{text}");
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        for text in ["120", "Thu, 26 Nov 2026 10:02:00 GMT"] {
            assert_eq!(told("Retry-After", text).retry_after, Some(Duration::from_mins(2)), "{text}");
        }
        assert_eq!(told("Retry-After", "Thu, 26 Nov 2026 09:00:00 GMT").retry_after, Some(Duration::ZERO));
        assert_eq!(told("Retry-After", "a while").retry_after, None);
    }

    #[test]
    fn a_rate_is_read_without_a_float() {
        for (text, milliseconds) in [("5", 200), ("5.0", 200), ("0.5", 2000), ("0.0250", 40_000), (".5", 2000)] {
            assert_eq!(told("x-rate", text).interval, Some(Duration::from_millis(milliseconds)), "{text}");
        }
        for text in ["", ".", "0", "0.0", "-1", "five", "1e3", "0.000001", "9999999999999999999999"] {
            assert_eq!(told("x-rate", text).interval, None, "{text}");
        }
    }

    #[test]
    fn a_count_below_zero_is_zero() {
        for (text, left) in
            [("12", Some(12)), ("0", Some(0)), ("-3", Some(0)), ("99999999999", Some(u32::MAX)), ("?", None)]
        {
            assert_eq!(told("x-left", text).left, left, "{text}");
        }
        assert_eq!(told("x-other", "1"), Told::default());
    }
}
