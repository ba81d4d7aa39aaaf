//! Any text as a profile; one that can be used reads a table with the columns it names.
#![no_main]

use feedwright_fuzz::read_source;
use feedwright_sources::Profile;
use feedwright_sources::ProfileChoice;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(profile) = Profile::parse("fuzz.toml", text) else { return };
    let quote = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let header: Vec<String> = profile.columns.keys().take(30).map(|name| quote(name)).collect();
    let row: Vec<&str> =
        ["A-1", "12.50", "3 kg", "red", "https://example.com/a.jpg"].into_iter().cycle().take(header.len()).collect();
    let table = format!("{}\n{}\n{}\n", header.join(","), row.join(","), row.join(","));
    read_source(table.as_bytes(), &ProfileChoice::Own(Box::new(profile)));
});
