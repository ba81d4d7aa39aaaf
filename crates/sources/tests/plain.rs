//! Plain tables: our own field names, people's names for them, and a profile of the user's own.

#[expect(dead_code, reason = "shared by several tests")]
mod support;

use expect_test::Expect;
use expect_test::expect;
use feedwright_sources::Profile;
use support::Read;
use support::read;
use support::read_own;

fn check(read: &Read, catalog: &Expect, said: &Expect) {
    catalog.assert_eq(&read.catalog());
    said.assert_eq(&read.said());
}

#[test]
fn headers_are_fields_or_what_people_call_them() {
    check(
        &read(
            b"\xEF\xBB\xBFSKU,Name,Brand,Price,Qty,UPC,Image,Images,Item Weight (kg),item_length,Bullet Point 1,Bullet Point 2,custom.glaze,Category,Notes,Batteries Required\n\
M-1,Mug,Ostwind,9.50,3,036000291452,https://i.example/1.jpg,\"https://i.example/2.jpg, https://i.example/3.jpg\",0.3,12 cm,\"Big, round\",Blue,matt,Home > Mugs,call back,no\n\
M-2,Bowl,Ostwind,12 EUR,,,,,300 g,12,,,,Home>Bowls,,perhaps\n",
        ),
        &expect![[r#"
            {"key":"M-1","categories":[{"path":"Home > Mugs"}],"variants":[{"sku":"M-1","identifiers":[{"gtin":"036000291452"}],"fields":{"title":"Mug","bullet_points":["Big, round","Blue"],"brand":"Ostwind","item_length":{"amount":"12","unit":"cm"},"item_weight":{"amount":"0.3","unit":"kg"},"batteries_required":false,"custom.glaze":"matt"},"media":[{"url":"https://i.example/1.jpg","role":"main"},{"url":"https://i.example/2.jpg","role":"additional"},{"url":"https://i.example/3.jpg","role":"additional"}],"offers":[{"price":{"amount":"9.50","currency":"USD"}}],"stock":[{"quantity":3}]}]}
            {"key":"M-2","categories":[{"path":"Home > Bowls"}],"variants":[{"sku":"M-2","fields":{"title":"Bowl","brand":"Ostwind","item_weight":{"amount":"300","unit":"g"}},"offers":[{"price":{"amount":"12.00","currency":"EUR"}}]}]}
        "#]],
        &expect![[r#"
            a.csv:3, column "item_length" [M-2]
              warning unreadable-value: `item_length` cannot be read from `12`: has no unit
              help: write a number and a unit, such as `12.5 cm`, in column "item_length"
            a.csv:3, column "Batteries Required" [M-2]
              warning unreadable-value: `batteries_required` cannot be read from `perhaps`: is neither true nor false
              help: write `true` or `false`, in column "Batteries Required"
            a.csv:1, column "Notes"
              note column-not-read: column "Notes" is read by nothing; filled cells: 1, the first on line 2
              help: to read it, name the column in a profile of your own
        "#]],
    );
}

#[test]
fn rows_with_one_key_are_a_family_and_differ_by_as_little_as_tells_them_apart() {
    check(
        &read(
            b"\
product_key,sku,title,brand,color,size,material,price,care_instructions
shirt,S-1,Shirt,Ostwind,Red,S,Cotton,9,wash
shirt,S-2,Shirt,Ostwind,Red,M,Cotton,9,
shirt,S-3,Shirt in linen,Ostwind,Blue,M,Linen,9,wash
shirt,S-4,Shirt,Ostwind,Blue,M,Silk,9,wash
shirt,S-5,Shirt,Ostwind,Blue,M,linen,9,wash
shirt,S-6,Shirt,Ostwind,,L,Linen,9,wash
,C-1,Cap,Ostwind,Red,,,5,
bag,B-1,Bag,Ostwind,Red,,,7,
bag,B-2,Bag,Ostwind,red,,,7,
shirt,S-7,Shirt,Ostwind,Blue,XL,Linen,9,wash
",
        ),
        &expect![[r#"
            {"key":"shirt","axes":[{"field":"color","label":"Color"},{"field":"size","label":"Size"},{"field":"material","label":"Material"}],"fields":{"title":"Shirt","brand":"Ostwind"},"variants":[{"sku":"S-1","fields":{"title":"Shirt","brand":"Ostwind","color":"Red","size":"S","material":"Cotton","care_instructions":"wash"},"offers":[{"price":{"amount":"9.00","currency":"USD"}}]},{"sku":"S-2","fields":{"title":"Shirt","brand":"Ostwind","color":"Red","size":"M","material":"Cotton"},"offers":[{"price":{"amount":"9.00","currency":"USD"}}]},{"sku":"S-3","fields":{"title":"Shirt in linen","brand":"Ostwind","color":"Blue","size":"M","material":"Linen","care_instructions":"wash"},"offers":[{"price":{"amount":"9.00","currency":"USD"}}]},{"sku":"S-4","fields":{"title":"Shirt","brand":"Ostwind","color":"Blue","size":"M","material":"Silk","care_instructions":"wash"},"offers":[{"price":{"amount":"9.00","currency":"USD"}}]}]}
            {"key":"C-1","variants":[{"sku":"C-1","fields":{"title":"Cap","brand":"Ostwind","color":"Red"},"offers":[{"price":{"amount":"5.00","currency":"USD"}}]}]}
            {"key":"bag","variants":[{"sku":"B-1","fields":{"title":"Bag","brand":"Ostwind","color":"Red"},"offers":[{"price":{"amount":"7.00","currency":"USD"}}]}]}
        "#]],
        &expect![[r#"
            a.csv:6 [S-5]
              error duplicate-variant: product `shirt` has a variant of the same `color`, `size`, `material` on line 4
              help: say what sets it apart, such as `color` or `size`, or give it a product key of its own
            a.csv:7, column "color" [S-6]
              error missing-option: the variant has no `color`, and others of product `shirt` have one
              help: fill in column "color"
            a.csv:10 [B-2]
              error duplicate-variant: nothing sets the variant apart from the one of product `bag` on line 9
              help: say what sets it apart, such as `color` or `size`, or give it a product key of its own
            a.csv:11, column "product_key"
              error scattered-product: product `shirt` began on line 2, and other products stand between
              help: sort the file by column "product_key", keeping the order of the rows within a product
        "#]],
    );
}

#[test]
fn a_profile_of_the_users_own_reads_what_excel_saves_in_germany() {
    let csv = include_bytes!("../../../samples/catalog/plain.csv");
    let read = read_own(csv, include_str!("../../../samples/catalog/plain-profile.toml"));
    assert_eq!((read.info.encoding, read.info.delimiter), ("windows-1252", Some(';')));
    check(
        &read,
        &expect![[r#"
        {"key":"4711","categories":[{"path":"Haushalt > Becher"}],"axes":[{"field":"color","label":"Color"},{"field":"size","label":"Size"}],"fields":{"title":[{"value":"Emaillebecher 350 ml","locale":"de"},{"value":"Enamel mug 350 ml"}],"description":{"value":"Ein Becher für Lagerfeuer und Büro.","locale":"de"},"bullet_points":{"value":["Emaillierter Stahl","Spülmaschinenfest"],"locale":"de"},"brand":"Ostwind","material":"Emaille","item_length":{"amount":"12","unit":"cm"},"item_width":{"amount":"9","unit":"cm"},"item_height":{"amount":"8","unit":"cm"},"item_weight":{"amount":"0.18","unit":"kg"},"country_of_origin":"PL"},"variants":[{"sku":"4711-R","identifiers":[{"gtin":"9520004104258"}],"fields":{"title":[{"value":"Emaillebecher 350 ml","locale":"de"},{"value":"Enamel mug 350 ml"}],"description":{"value":"Ein Becher für Lagerfeuer und Büro.","locale":"de"},"bullet_points":{"value":["Emaillierter Stahl","Spülmaschinenfest"],"locale":"de"},"brand":"Ostwind","color":"Rot","size":"350 ml","material":"Emaille","item_length":{"amount":"12","unit":"cm"},"item_width":{"amount":"9","unit":"cm"},"item_height":{"amount":"8","unit":"cm"},"item_weight":{"amount":"0.18","unit":"kg"},"country_of_origin":"PL"},"media":[{"url":"https://images.example.com/becher-rot.jpg","role":"main"},{"url":"https://images.example.com/becher-griff.jpg","role":"additional"},{"url":"https://images.example.com/becher-boden.jpg","role":"additional"}],"offers":[{"price":{"amount":"14.50","currency":"USD"}}],"stock":[{"quantity":120}]},{"sku":"4711-B","identifiers":[{"gtin":"9520004104425"}],"fields":{"title":[{"value":"Emaillebecher 350 ml","locale":"de"},{"value":"Enamel mug 350 ml"}],"description":{"value":"Ein Becher für Lagerfeuer und Büro.","locale":"de"},"bullet_points":{"value":["Emaillierter Stahl","Spülmaschinenfest"],"locale":"de"},"brand":"Ostwind","color":"Blau","size":"350 ml","material":"Emaille","item_length":{"amount":"12","unit":"cm"},"item_width":{"amount":"9","unit":"cm"},"item_height":{"amount":"8","unit":"cm"},"item_weight":{"amount":"0.18","unit":"kg"},"country_of_origin":"PL"},"media":[{"url":"https://images.example.com/becher-blau.jpg","role":"main"}],"offers":[{"price":{"amount":"14.50","currency":"USD"}}],"stock":[{"quantity":88}]},{"sku":"4711-G","identifiers":[{"gtin":"9520004104593"}],"fields":{"title":[{"value":"Emaillebecher 500 ml","locale":"de"},{"value":"Enamel mug 500 ml"}],"description":{"value":"Ein Becher für Lagerfeuer und Büro.","locale":"de"},"bullet_points":{"value":["Emaillierter Stahl","Spülmaschinenfest"],"locale":"de"},"brand":"Ostwind","color":"Blau","size":"500 ml","material":"Emaille","item_length":{"amount":"14","unit":"cm"},"item_width":{"amount":"10","unit":"cm"},"item_height":{"amount":"9","unit":"cm"},"item_weight":{"amount":"0.24","unit":"kg"},"country_of_origin":"PL"},"media":[{"url":"https://images.example.com/becher-gross.jpg","role":"main"}],"offers":[{"price":{"amount":"16.90","currency":"USD"},"list_price":{"amount":"19.90","currency":"USD"}}]}]}
        {"key":"0815","categories":[{"path":"Haushalt > Bretter"}],"variants":[{"sku":"0815","identifiers":[{"gtin":"9520004104760"}],"fields":{"title":[{"value":"Schneidebrett Eiche","locale":"de"},{"value":"Oak cutting board"}],"description":{"value":"Geölte Eiche; mit Saftrille.","locale":"de"},"bullet_points":{"value":["Massiv","Geölt"],"locale":"de"},"brand":"Ostwind","material":"Eiche","item_length":{"amount":"45","unit":"cm"},"item_width":{"amount":"30","unit":"cm"},"item_height":{"amount":"2","unit":"cm"},"item_weight":{"amount":"2.5","unit":"kg"},"country_of_origin":"DE"},"media":[{"url":"https://images.example.com/brett.jpg","role":"main"}],"offers":[{"price":{"amount":"1249.00","currency":"USD"}}],"stock":[{"quantity":3}]}]}
        {"key":"0816","categories":[{"path":"Haushalt > Kannen"}],"variants":[{"sku":"0816","identifiers":[{"gtin":"9520004104937"}],"fields":{"title":[{"value":"Teekanne Steinzeug","locale":"de"},{"value":"Stoneware teapot"}],"description":{"value":"Mit Sieb aus Edelstahl.","locale":"de"},"bullet_points":{"value":["1 Liter","Mit Sieb"],"locale":"de"},"brand":"Ostwind","color":"Moosgrün","material":"Steinzeug","item_length":{"amount":"23","unit":"cm"},"item_width":{"amount":"14","unit":"cm"},"item_height":{"amount":"15","unit":"cm"},"item_weight":{"amount":"1.1","unit":"kg"},"country_of_origin":"PT"},"media":[{"url":"https://images.example.com/kanne.jpg","role":"main"}],"offers":[{"price":{"amount":"39.00","currency":"USD"},"list_price":{"amount":"45.00","currency":"USD"}}],"stock":[{"quantity":31}]}]}
    "#]],
        &expect![""],
    );
}

#[test]
fn a_profile_that_does_not_read_says_where_and_what_instead() {
    let check = |text: &str, expected: Expect| {
        expected.assert_eq(&Profile::parse("own.toml", text).unwrap_err().to_string());
    };
    let head = "name = \"a\"\ndescription = \"b\"\nlayout = \"flat\"\n";
    check(
        &format!("{head}[columns]\nArtikel = \"skku\"\n"),
        expect!["cannot read profile own.toml:5: there is no field `skku`; did you mean `sku`?"],
    );
    check(
        &format!("{head}[columns]\nArtikel = {{ to = \"sku\", untit = \"kg\" }}\n"),
        expect![
            "cannot read profile own.toml:5: unknown field `untit`, expected one of `to`, `level`, `unit`, `list`, `locale`, `blank`; did you mean `unit`?"
        ],
    );
    check(
        &format!("{head}[columns]\nGewicht = {{ to = \"item_weight\", unit = \"stone\" }}\n"),
        expect!["cannot read profile own.toml:5: `stone` is not a unit"],
    );
    check(
        &format!("{head}[colums]\nArtikel = \"sku\"\n"),
        expect![
            "cannot read profile own.toml:4: unknown field `colums`, expected one of `name`, `description`, `layout`, `anchors`, `delimiter`, `decimal`, `columns`, `ignored`, `options`, `axes`, `blank`; did you mean `columns`?"
        ],
    );
    check(
        &format!("{head}[columns]\nArtikel = \"sku\"\n\" ARTIKEL\" = \"title\"\n"),
        expect!["cannot read profile own.toml: columns ` ARTIKEL` and `Artikel` are the same header"],
    );
    check(
        &head.replace("flat", "rows"),
        expect!["cannot read profile own.toml:3: unknown variant `rows`, expected one of `grouped`, `flat`, `catalog`"],
    );
    check(
        &format!("{}[columns]\nA = \"sku\"\n", head.replace("flat", "grouped")),
        expect!["cannot read profile own.toml: layout `grouped` needs a column that feeds `product_key`"],
    );
    check(
        &head.replace("flat", "catalog"),
        expect!["cannot read profile own.toml: layout `catalog` has no columns to describe: write `grouped` or `flat`"],
    );
    check(head, expect!["cannot read profile own.toml: it has no `[columns]`: name at least the column of the SKU"]);
    check(
        &format!("{head}[columns]\nArtikel = {{ to = \"sku\", level = \"product\" }}\n"),
        expect!["cannot read profile own.toml:5: `level` and `locale` are for fields and images, not for `sku`"],
    );
    check("name = ", expect!["cannot read profile own.toml:1: string values must be quoted, expected literal string"]);
}

#[test]
fn the_schema_of_profiles_is_there() {
    let text = serde_json::to_string(&feedwright_sources::profile::schema()).unwrap();
    assert!(text.contains("\"layout\"") && text.contains("\"anchors\""));
    assert_eq!(
        Profile::all().iter().map(|profile| profile.name.as_str()).collect::<Vec<_>>(),
        ["catalog", "csv", "shopify"]
    );
}
