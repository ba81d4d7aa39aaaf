//! Scratch.
#![expect(clippy::unwrap_used, reason = "x")]
mod support;
use support::*;
use serde_json::{json,Value};
fn show(what:&str, found:&[feedwright_catalog::Finding]) {
    println!("--- {what}");
    for f in found { println!("{} sku={:?} | {} | {:?}", placed(f), f.sku.as_ref().map(|s|s.as_str().to_owned()), f.message, f.help); }
}
#[test] fn x() {
    let ebay = Recipe::default().open().unwrap(); let e = ebay.as_ref();
    for (cat,name) in [("15687","15687.family"),("16080","16080")] {
        let (files, f) = written(e,"inventory",cat,&[sample(name)]);
        show("map", &f);
        for t in &files { show("inventory", &linted(e,"inventory",t)); }
        for feed in ["lms","lms_revise","fx"] { let (t,f)=one_file(e,feed,cat,&[sample(name)]); show(&format!("map {feed}"), &f); show(feed,&linted(e,feed,&t)); if feed=="fx" {println!("{t}");} if feed=="lms" {println!("{t}");} }
        for feed in ["inventory_price","inventory_stock","inventory_end","lms_price","lms_stock","lms_end"] { let (t,_)=one_file(e,feed,"",&[sample(name)]); show(feed,&linted(e,feed,&t)); }
    }
    let item = |n:usize| { let aspects: serde_json::Map<String,Value> = (0..n).map(|i|(format!("A{i}"),json!(["x"]))).collect();
      json!({"sku":"S1","locale":"en_US","condition":"NEW","product":{"title":"T","aspects":aspects,"imageUrls":["https://a.example/x.jpg"]}}) };
    let call = |path:&str, body:Value| json!({"method":"POST","path":format!("/sell/inventory/v1/{path}"),"headers":{"Content-Language":"en-US"},"body":body}).to_string();
    let i = |t:&str| linted(e,"inventory",t);
    show("45", &i(&call("bulk_create_or_replace_inventory_item", json!({"requests":[item(45)]}))));
    show("46", &i(&call("bulk_create_or_replace_inventory_item", json!({"requests":[item(46)]}))));
    let mut long=item(1); long["product"]["aspects"]["x".repeat(41)] = json!(["y"]); long["product"]["aspects"]["L"] = json!(["y".repeat(60)]);
    show("long names", &i(&call("bulk_create_or_replace_inventory_item", json!({"requests":[long]}))));
    show("26", &i(&call("bulk_create_or_replace_inventory_item", json!({"requests": (0..26).map(|n|{let mut x=item(1);x["sku"]=json!(format!("S{n}"));x}).collect::<Vec<_>>()}))));
    show("unknown", &i(&call("nope", json!({}))));
    show("single put", &i(&json!({"method":"PUT","path":"/sell/inventory/v1/inventory_item/S1","headers":{"Content-Language":"en-US"},"body":{"product":{"title":"T"}}}).to_string()));
    show("nolang", &i(&json!({"method":"GET","path":"/sell/inventory/v1/bulk_create_offer","body":{"requests":[{"sku":"S1","pricingSummary":{"price":{"currency":"USD","value":"-1"}}}]}}).to_string()));
    show("bulk_publish", &i(&call("bulk_publish_offer", json!({"requests":[{"offerId":"1"},{"offerId":"1"}]}))));
    show("broken", &i("{\"method\":\"POST\"}\n{oops\n"));
    show("empty", &i(""));
    show("array", &i("[1,2]\n"));
    show("price", &linted(e,"inventory_price",&call("bulk_update_price_quantity", json!({"requests":[{"sku":"S1","offers":[{"offerId":"1","price":{"currency":"USD","value":"0"}}]},{"sku":"S1","shipToLocationAvailability":{"quantity":-1}}]}))));
    let l = |t:&str| linted(e,"lms",t);
    show("bomb", &l("<?xml version=\"1.0\"?>\n<!DOCTYPE a [<!ENTITY b \"x\"><!ENTITY c \"&b;&b;\">]>\n<BulkDataExchangeRequests>&c;</BulkDataExchangeRequests>"));
    show("deep", &l(&"<a>".repeat(2_000_00)));
    show("wide", &l(&format!("<a>{}</a>", "<b/>".repeat(1000))));
    show("utf16", &linted_bytes(e,"lms",b"\xff\xfe<\0a\0"));
    show("html", &l("<html><body>502</body></html>"));
    if let Some(d)=real_files() { let t=String::from_utf8(bytes(&d.join("constructed/lms_AddFixedPriceItem_request.xml"))).unwrap(); show("constructed", &l(&t));
      let t=String::from_utf8(bytes(&d.join("constructed/lms_ReviseInventoryStatus_request.xml"))).unwrap(); println!("{t}"); show("constructed rev", &linted(e,"lms_stock",&t)); show("as lms", &l(&t));
      for f in ["lms_xml/ActiveInventoryReport_real_excerpt_2026-09-22.xml","lms_xml/AddItemResponse_failure_21916884_testfixture.xml"] { let t=String::from_utf8(bytes(&d.join(f))).unwrap(); show(f,&l(&t)); } }
    let f = |t:&str| linted(e,"fx",t);
    let head="*Action(SiteID=US|Country=US|Currency=USD|Version=1193|CC=UTF-8)";
    show("fx display", &f(&format!("Info,Version=1.0.0,Template=x\n{head},Custom label (SKU),Category ID,Title,Relationship,Relationship details,P:UPC,Start price,Quantity,Item photo URL,Condition ID,Description,Format,Duration,C:Brand,C:Type,C:Color,C:Size,C:Department,C:Size Type,C:Style,Item location,Shipping profile name,Return profile name,Payment profile name\n\
      Add,P1,15687,A Shirt,,Color=Red;Blue|Size=S;M,,,,https://a.example/x.jpg,1000,Text,FixedPrice,GTC,Larkfield,T-Shirt,,,Men,Regular,Casual,X,a,b,c\n\
      ,S1,,,Variation,Color=Red|Size=S,,19.99,3,,,,,,,,,,,,,,,,\n\
      ,S2,,,Variation,Color=Red|Size=S,,19.99,,,,,,,,,,,,,,,,,\n\
      ,S1,,,Variation,Color=Green|Size=S,,0,3,,,,,,,,,,,,,,,,\n")));
    show("fx formula", &f(&format!("{head},CustomLabel,*Category,*Title,*Description,*ConditionID,PicURL,*Format,*Duration,*StartPrice,*Quantity,*Location,ShippingProfileName,ReturnProfileName,PaymentProfileName,C:Brand\n\
      Add,S1,36019,\"=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\",Text,1000,http://a.example/x.jpg,FixedPrice,GTC,19.99,3,X,a,b,c,+Larkfield\nFoo,S1,36019,T,Text,1000,=\"12\",FixedPrice,GTC,19.99,3,X,a,b,c,Larkfield\nAdd,S3,1,T\n,S4,,,Variation\n")));
    let many:Vec<String>=(0..46).map(|i|format!("C:A{i}")).collect(); let vals=vec!["v";46].join(",");
    show("fx 46", &f(&format!("{head},CustomLabel,*Category,*Title,*Description,*ConditionID,PicURL,*Format,*Duration,*StartPrice,*Quantity,*Location,ShippingProfileName,ReturnProfileName,PaymentProfileName,{}\nAdd,S1,36019,T,Text,1000,https://a.example/x.jpg,FixedPrice,GTC,19.99,3,X,a,b,c,{vals}\n", many.join(","))));
    show("fx nothing", &f("a,b\n1,2\n"));
    show("fx empty", &f(""));
}
