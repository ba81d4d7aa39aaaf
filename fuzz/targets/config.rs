//! Any text as a configuration, asked for all it can be asked for without files.
#![no_main]

use feedwright_runner::config::ConfigError;
use feedwright_runner::config::ConfigFile;
use libfuzzer_sys::fuzz_target;

fn all(file: &ConfigFile) -> Result<(), ConfigError> {
    file.levels()?;
    for source in file.config.sources.values() {
        source.currency.as_ref().map(|code| file.currency(code)).transpose()?;
    }
    for channel in file.config.channels.values() {
        file.defaults(&channel.defaults)?;
        channel.language.as_ref().map(|tag| file.language(tag)).transpose()?;
        channel.currency.as_ref().map(|code| file.currency(code)).transpose()?;
        for category in channel.categories.values() {
            assert!(category.get_ref().id().len() <= file.text.len());
        }
    }
    Ok(())
}

fuzz_target!(|text: &str| {
    let result = ConfigFile::parse("fuzz.toml", text.to_owned()).and_then(|file| all(&file));
    if let Err(why) = result {
        assert!(!why.message.is_empty());
        assert!(why.line <= text.lines().count() + 1, "line {} of {}", why.line, text.lines().count());
    }
});
