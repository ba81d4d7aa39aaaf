//! Requirement documents: the marketplace's own when the user gives them, else our starters.

use feedwright_marketplace::CategoryError;
use feedwright_marketplace::TaxonomyEntry;
use feedwright_marketplace::contract::OwnedDocument;
use feedwright_marketplace::requirements::Dialect;
use feedwright_marketplace::requirements::Document;
use feedwright_marketplace::requirements::Draft;
use feedwright_marketplace::requirements::Origin;
use feedwright_marketplace::requirements::Requirements;
use feedwright_marketplace::requirements::Shape;
use feedwright_marketplace::requirements::Vocabulary;
use jiff::civil::Date;
use serde_json::Value;

macro_rules! starter {
    ($path:literal) => {
        include_str!(concat!("../../../schemas/google/", $path))
    };
}

/// Categories we have starters for. FIXME The marketplace's ids of them.
pub(crate) static STARTERS: &[&str] = &["example"];

/// FIXME How its documents are written, if it gives any; ours are JSON Schema as they stand.
pub(crate) const DIALECT: Dialect = Dialect { draft: Draft::Draft2019, vocabulary: Vocabulary::Standard };

fn starter_text(category: &str) -> Option<&'static str> {
    match category {
        "example" => Some(starter!("example.json")),
        _ => None,
    }
}

/// Compiles a document the user gave. FIXME Turn the marketplace's form into JSON Schema here, if it is another, and say
/// what is wrong with a file that is something else.
pub(crate) fn given(document: &OwnedDocument) -> Result<Requirements, CategoryError> {
    let origin = Origin::Given { name: document.name.clone() };
    let text = Document { name: &document.name, bytes: &document.bytes };
    Requirements::compile(text, &DIALECT, origin).map_err(|why| CategoryError::Broken(why.to_string()))
}

/// Compiles our starter for a category, if there is one.
pub(crate) fn starter(category: &str) -> Option<Result<Requirements, CategoryError>> {
    Some(read(category, starter_text(category)?).and_then(|(value, written_on)| {
        let name = format!("starter {category}");
        Requirements::compile_value(&name, &value, &DIALECT, Origin::Starter { written_on })
            .map_err(|why| CategoryError::Broken(why.to_string()))
    }))
}

/// The shapes of all starters: what a template may name.
pub(crate) fn starter_shapes() -> Vec<Shape> {
    let found = STARTERS.iter().filter_map(|category| starter(category)?.ok());
    found.map(|requirements| requirements.shape().clone()).collect()
}

/// The categories of the starters. FIXME Those of the marketplace's own list, if it can be given as a document.
pub(crate) fn taxonomy() -> Vec<TaxonomyEntry> {
    let entry = |category: &&str| TaxonomyEntry {
        id: (*category).to_owned(),
        path: vec![(*category).to_owned()],
        definition: String::new(),
    };
    STARTERS.iter().map(entry).collect()
}

/// A starter without what it says about itself, and the day it was written.
fn read(category: &str, text: &str) -> Result<(Value, Date), CategoryError> {
    let broken = |why: &dyn std::fmt::Display| CategoryError::Broken(format!("starter {category}: {why}"));
    let mut value: Value = serde_json::from_str(text).map_err(|why| broken(&why))?;
    let about = value.as_object_mut().and_then(|object| object.remove("$feedwright")).unwrap_or_default();
    let written_on = about.get("written_on").and_then(Value::as_str).unwrap_or_default();
    let written_on = written_on.parse().map_err(|_| broken(&"`written_on` is not the day it was written"))?;
    Ok((value, written_on))
}
