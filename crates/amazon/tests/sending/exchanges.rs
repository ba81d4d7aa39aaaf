//! Each transcript of `samples/amazon/transcripts` is what the exchanges do.

use crate::transcript::all;

#[test]
fn every_transcript_is_followed() {
    let transcripts = all();
    for (file, transcript) in &transcripts {
        println!("{file}: {}", transcript.about);
        transcript.replay();
    }
    assert!(transcripts.len() >= 30, "{} transcripts", transcripts.len());
}

#[test]
fn a_transcript_says_once_what_it_shows() {
    let mut abouts: Vec<String> = all().into_iter().map(|(_, transcript)| transcript.about).collect();
    abouts.sort();
    let n_all = abouts.len();
    abouts.dedup();
    assert_eq!(abouts.len(), n_all);
}
