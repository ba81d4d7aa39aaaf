//! How Amazon refuses: a list of errors with code, message and details.

use crate::simulated::Outgoing;
use serde_json::json;

/// A request that is not answered with what it asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    status: u16,
    code: &'static str,
    message: &'static str,
    details: String,
}

impl Refusal {
    /// The request is wrong.
    pub(super) fn input(details: &str) -> Self {
        Self { status: 400, code: "InvalidInput", message: "Invalid input", details: details.to_owned() }
    }

    /// The caller may not.
    pub(super) fn denied(details: &str) -> Self {
        let message = "Access to requested resource is denied.";
        Self { status: 403, code: "Unauthorized", message, details: details.to_owned() }
    }

    /// There is no such thing.
    pub(super) fn nothing(details: &str) -> Self {
        let message = "The requested resource was not found.";
        Self { status: 404, code: "NotFound", message, details: details.to_owned() }
    }

    /// There were too many requests. Code and message as sellers saw them, issues 4414 and 4686 of
    /// amzn/selling-partner-api-models.
    pub(super) fn too_many() -> Self {
        let message = "You exceeded your quota for the requested resource.";
        Self { status: 429, code: "QuotaExceeded", message, details: String::new() }
    }

    /// It does not work now.
    pub(super) fn unavailable(status: u16) -> Self {
        let (code, message) = match status {
            503 => ("ServiceUnavailable", "Service is temporarily unavailable. Please try again."),
            _ => ("InternalFailure", "We encountered an internal error. Please try again."),
        };
        Self { status, code, message, details: String::new() }
    }

    /// The answer it is.
    pub(super) fn answer(&self) -> Outgoing {
        let error = json!({ "code": self.code, "message": self.message, "details": self.details });
        Outgoing::json(self.status, &json!({ "errors": [error] }))
    }
}

/// How the store of documents refuses: XML.
pub(super) fn storage(status: u16, code: &str, message: &str) -> Outgoing {
    use quick_xml::Writer;
    use quick_xml::events::BytesText;
    let mut writer = Writer::new(br#"<?xml version="1.0" encoding="UTF-8"?>"#.to_vec());
    let written = writer.create_element("Error").write_inner_content(|writer| {
        writer.create_element("Code").write_text_content(BytesText::new(code))?;
        writer.create_element("Message").write_text_content(BytesText::new(message))?;
        Ok(())
    });
    debug_assert!(written.is_ok(), "writing into memory cannot fail");
    let headers = vec![("content-type".to_owned(), "application/xml".to_owned())];
    Outgoing { status, headers, body: writer.into_inner() }
}
