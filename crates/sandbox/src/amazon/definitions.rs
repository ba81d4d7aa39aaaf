//! Product types: searched by words, and handed out as links to their schemas.

use super::Amazon;
use super::answers::Refusal;
use super::calls::all_sites;
use super::calls::only_site;
use super::documents::LINK_LIFETIME;
use super::operations::DEFINITIONS;
use super::requirements::ANY;
use super::requirements::PRODUCT_TYPES;
use super::requirements::Set;
use super::requirements::published;
use super::sites::Region;
use super::sites::Site;
use crate::simulated::Incoming;
use crate::simulated::Outgoing;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use md5::Digest;
use md5::Md5;
use serde_json::Value;
use serde_json::json;

/// The version all product types have here.
const VERSION: &str = "UHqSqmb4FNUk=";

/// What stands at the place of Amazon's meta-schema: its id, and that its own keywords are meant.
const META_SCHEMA: &str = r#"{"$id":"https://schemas.amazon.com/selling-partners/definitions/product-types/meta-schema/v1","$schema":"https://json-schema.org/draft/2019-09/schema","$vocabulary":{"https://json-schema.org/draft/2019-09/vocab/core":true,"https://json-schema.org/draft/2019-09/vocab/applicator":true,"https://json-schema.org/draft/2019-09/vocab/validation":true,"https://schemas.amazon.com/selling-partners/definitions/product-types/vocabulary/v1":true}}"#;

impl Amazon {
    pub(super) fn search_definitions(request: &Incoming) -> Result<Outgoing, Refusal> {
        let sites = all_sites(request)?;
        if request.value("keywords").is_some() && request.value("itemName").is_some() {
            return Err(Refusal::input("Either keywords or itemName can be given."));
        }
        let words = request.value("keywords").or(request.value("itemName")).unwrap_or_default().to_lowercase();
        let words: Vec<&str> = words.split([',', ' ']).filter(|word| !word.is_empty()).collect();
        let ids: Vec<&str> = sites.iter().map(|site| site.id).collect();
        let takes = |name: &str| words.is_empty() || words.iter().any(|word| name.to_lowercase().contains(word));
        let found: Vec<Value> = PRODUCT_TYPES
            .iter()
            .filter(|(name, ..)| takes(name))
            .map(|(name, display_name, _)| json!({ "name": name, "displayName": display_name, "marketplaceIds": ids }))
            .collect();
        Ok(Outgoing::json(200, &json!({ "productTypes": found, "productTypeVersion": VERSION })))
    }

    pub(super) fn get_definition(&mut self, request: &Incoming, now: Timestamp) -> Result<Outgoing, Refusal> {
        let name = request.path.strip_prefix(DEFINITIONS).unwrap_or_default().trim_start_matches('/');
        let site = *only_site(request)?.first().ok_or_else(|| Refusal::input("marketplaceIds is missing."))?;
        let requirements = request.value("requirements").unwrap_or("LISTING");
        let enforced = request.value("requirementsEnforced").unwrap_or("ENFORCED");
        let set = match (Set::named(requirements), enforced) {
            (Some(set), "ENFORCED") => set,
            (Some(_), "NOT_ENFORCED") => Set::Structure,
            _ => return Err(Refusal::input("requirements or requirementsEnforced is none of those there are.")),
        };
        let file = format!("{name}.{}.{requirements}.{enforced}", site.id);
        let schema = published(site, name, set).filter(|_| name != ANY);
        let schema = schema.ok_or_else(|| Refusal::nothing("There is no such product type."))?;
        let display_name = PRODUCT_TYPES.iter().find(|(own, ..)| *own == name).map(|(_, display_name, _)| display_name);
        let properties: Vec<&String> =
            schema.get("properties").and_then(Value::as_object).into_iter().flat_map(|all| all.keys()).collect();
        let link = |file: &str, text: &str| {
            let url = self.documents.sign((&request.base, "GET", &format!("/schemas/{file}")), LINK_LIFETIME, now);
            json!({ "link": { "resource": url, "verb": "GET" }, "checksum": STANDARD.encode(Md5::digest(text)) })
        };
        let locale = match request.value("locale") {
            None | Some("DEFAULT") => site.language,
            Some(locale) => locale,
        };
        let body = json!({
            "metaSchema": link("meta-schema", META_SCHEMA),
            "schema": link(&file, &schema.to_string()),
            "requirements": requirements,
            "requirementsEnforced": enforced,
            "propertyGroups": { "product_details": { "title": "Product Details", "propertyNames": properties } },
            "locale": locale,
            "marketplaceIds": [site.id],
            "productType": name,
            "displayName": display_name,
            "productTypeVersion": { "version": VERSION, "latest": true },
        });
        Ok(Outgoing::json(200, &body))
    }
}

/// A schema by the name of its link.
pub(super) fn schema(file: &str) -> Option<Outgoing> {
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    let answer = |text: String| Outgoing { status: 200, headers, body: text.into_bytes() };
    if file == "meta-schema" {
        return Some(answer(META_SCHEMA.to_owned()));
    }
    let mut parts = file.split('.');
    let (name, site, requirements, enforced) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let regions = [Region::NorthAmerica, Region::Europe, Region::FarEast];
    let site = regions.into_iter().find_map(|region| Site::in_region(site, region))?;
    let set = if enforced == "NOT_ENFORCED" { Set::Structure } else { Set::named(requirements)? };
    published(site, name, set).map(|schema| answer(schema.to_string()))
}
