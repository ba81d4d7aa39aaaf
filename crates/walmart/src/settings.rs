//! The settings of a channel, read once and checked.

use crate::profile;
use crate::profile::PROFILE;
use feedwright_marketplace::OpenError;
use std::collections::BTreeMap;

/// What a channel is set to.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The stamp of the item spec.
    pub(crate) spec_version: String,
    /// The stamp of the spec of `MP_ITEM_MATCH`.
    pub(crate) match_version: String,
    /// What becomes of items that would not be shown.
    pub(crate) unseen: Unseen,
    /// The one ship node.
    pub(crate) ship_node: Option<String>,
    /// Ship nodes by the catalog's location, in lower case.
    pub(crate) ship_nodes: BTreeMap<String, String>,
}

/// What becomes of an item that lacks only what Walmart needs to show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unseen {
    /// It is held back.
    Hold,
    /// It is sent, with a warning.
    Send,
}

impl Settings {
    /// Reads the settings.
    pub(crate) fn read(options: &BTreeMap<String, String>) -> Result<Self, OpenError> {
        PROFILE.check_options(options)?;
        let text = |name: &str| options.get(name).map(|value| value.trim().to_owned());
        let stamp = |name: &'static str, newest: &str| match text(name) {
            Some(stamp) if !is_stamp(&stamp) => {
                Err(error(name, format!("`{stamp}` is not a whole stamp such as `{newest}`")))
            }
            given => Ok(given.unwrap_or_else(|| newest.to_owned())),
        };
        let unseen = if text(profile::UNSEEN_ITEMS).as_deref() == Some("send") { Unseen::Send } else { Unseen::Hold };
        Ok(Self {
            spec_version: stamp(profile::SPEC_VERSION, profile::NEWEST_SPEC)?,
            match_version: stamp(profile::MATCH_VERSION, profile::NEWEST_MATCH)?,
            unseen,
            ship_node: text(profile::SHIP_NODE),
            ship_nodes: text(profile::SHIP_NODES).map_or(Ok(BTreeMap::new()), |text| ship_nodes(&text))?,
        })
    }

    /// The ship node of a stock location: its own, else the one for all.
    pub(crate) fn node_of(&self, location: Option<&str>) -> Option<&str> {
        let own = location.and_then(|location| self.ship_nodes.get(&location.trim().to_lowercase()));
        own.or(self.ship_node.as_ref()).map(String::as_str)
    }
}

/// Whether a text is a spec's whole stamp: `5.0.20260803-17_50_56-api`. A short `5.0` fails the feed
/// (`EXT_DATA_ERROR_74597363510508`).
pub(crate) fn is_stamp(text: &str) -> bool {
    const FORM: &str = "0.0.00000000-00_00_00-api";
    text.len() == FORM.len()
        && text.chars().zip(FORM.chars()).all(|(c, form)| if form == '0' { c.is_ascii_digit() } else { c == form })
}

fn ship_nodes(text: &str) -> Result<BTreeMap<String, String>, OpenError> {
    let mut nodes = BTreeMap::new();
    for pair in text.split(',') {
        let Some((location, node)) = pair.split_once('=').map(|(location, node)| (location.trim(), node.trim())) else {
            return Err(error(
                profile::SHIP_NODES,
                format!("`{pair}` is not a location and its node: `warehouse=123`"),
            ));
        };
        if location.is_empty() || node.is_empty() {
            return Err(error(profile::SHIP_NODES, format!("`{pair}` lacks a location or a node")));
        }
        if nodes.insert(location.to_lowercase(), node.to_owned()).is_some() {
            return Err(error(profile::SHIP_NODES, format!("the location `{location}` is given twice")));
        }
    }
    Ok(nodes)
}

fn error(name: &str, message: String) -> OpenError {
    OpenError::Option { name: name.to_owned(), message }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(options: &[(&str, &str)]) -> Result<Settings, String> {
        let options = options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Settings::read(&options).map_err(|why| why.to_string())
    }

    #[test]
    fn settings_are_read_or_said_to_be_wrong() {
        let settings = read(&[("ship_nodes", "Warehouse = 123, berlin=456"), ("ship_node", "7")]).unwrap();
        assert_eq!(settings.node_of(Some("warehouse")), Some("123"));
        assert_eq!(settings.node_of(Some("Oslo")), Some("7"));
        assert_eq!(settings.node_of(None), Some("7"));
        assert_eq!(settings.spec_version, profile::NEWEST_SPEC);
        let wrong = |name: &str, value: &str| read(&[(name, value)]).unwrap_err();
        assert_eq!(
            wrong("spec_version", "5.0"),
            "`spec_version`: `5.0` is not a whole stamp such as `5.0.20260803-17_50_56-api`"
        );
        assert_eq!(wrong("unseen_items", "drop"), "`unseen_items`: `drop` is not one of hold, send");
        assert_eq!(wrong("ship_nodes", "a"), "`ship_nodes`: `a` is not a location and its node: `warehouse=123`");
        assert_eq!(wrong("ship_nodes", "a=1,A=2"), "`ship_nodes`: the location `A` is given twice");
        assert_eq!(wrong("ship_nodes", "a="), "`ship_nodes`: `a=` lacks a location or a node");
        assert_eq!(
            wrong("shipnode", "1"),
            "`shipnode`: Walmart has no such setting; it has spec_version, match_version, unseen_items, ship_node, \
             ship_nodes"
        );
    }
}
