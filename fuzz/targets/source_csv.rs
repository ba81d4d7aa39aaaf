//! Any bytes as a table of the profile `csv`.
#![no_main]

use feedwright_fuzz::read_source;
use feedwright_sources::ProfileChoice;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    read_source(bytes, &ProfileChoice::Named("csv".to_owned()));
});
