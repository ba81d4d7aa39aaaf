"""Rows to Amazon messages with polars, jsonschema-rs and orjson; measured against Feedwright by `cargo xtask bench`."""

import argparse
import pathlib

import jsonschema_rs
import orjson
import polars

MARKETPLACE = "ATVPDKIKX0DER"
LANGUAGE = "en_US"
HEADER = b'{"header":{"sellerId":"A1BENCHMARK000","version":"2.0","issueLocale":"en_US"},"messages":[\n'


class MaxBytes:
    def __init__(self, parent, value, path):
        self.limit = value

    def validate(self, node):
        if isinstance(node, str) and len(node.encode()) > self.limit:
            raise ValueError("a text has too many bytes")


class MinBytes:
    def __init__(self, parent, value, path):
        self.limit = value

    def validate(self, node):
        if isinstance(node, str) and len(node.encode()) < self.limit:
            raise ValueError("a text has too few bytes")


class PerCombination:
    def __init__(self, parent, value, path):
        self.limit = value
        self.selectors = parent.get("selectors", [])

    def counts(self, node):
        counts = {}
        for item in node:
            if isinstance(item, dict):
                combination = orjson.dumps([item.get(selector) for selector in self.selectors])
                counts[combination] = counts.get(combination, 0) + 1
        return counts.values()


class MaxUnique(PerCombination):
    def validate(self, node):
        if isinstance(node, list) and len(node) > self.limit and any(n > self.limit for n in self.counts(node)):
            raise ValueError("too many items for one combination of selectors")


class MinUnique(PerCombination):
    def validate(self, node):
        if self.limit > 1 and isinstance(node, list) and any(n < self.limit for n in self.counts(node)):
            raise ValueError("too few items for one combination of selectors")


KEYWORDS = {
    "maxUtf8ByteLength": MaxBytes,
    "minUtf8ByteLength": MinBytes,
    "maxUniqueItems": MaxUnique,
    "minUniqueItems": MinUnique,
}


def text(value):
    return [{"marketplace_id": MARKETPLACE, "language_tag": LANGUAGE, "value": value}]


def of(value):
    return [{"marketplace_id": MARKETPLACE, "value": value}]


def inches(value):
    return {"value": int(value.split(" ")[0]), "unit": "inches"}


def attributes(row):
    (
        _sku, title, brand, part_number, gtin, description, bullet_1, bullet_2, bullet_3, keywords, _category, color,
        material, style, price, list_price, quantity, country, weight, length, width, height, image, other_image,
        dangerous_goods,
    ) = row  # fmt: skip
    dimensions = [
        {
            "marketplace_id": MARKETPLACE,
            "length": inches(length),
            "width": inches(width),
            "height": inches(height),
        }
    ]
    pounds = [{"marketplace_id": MARKETPLACE, "value": float(weight.split(" ")[0]), "unit": "pounds"}]
    out = {}
    if gtin:
        out["externally_assigned_product_identifier"] = [
            {"marketplace_id": MARKETPLACE, "value": gtin, "type": "ean"}
        ]
    out["item_name"] = text(title)
    if brand:
        out["brand"] = text(brand)
        out["manufacturer"] = text(brand)
    out["product_description"] = text(description)
    out["bullet_point"] = text(bullet_1) + text(bullet_2) + text(bullet_3)
    out["generic_keyword"] = text(keywords)
    out["item_type_keyword"] = of("home-decor-products")
    out["model_name"] = text(part_number)
    out["model_number"] = of(part_number)
    out["part_number"] = of(part_number)
    out["color"] = text(color)
    out["material"] = text(material)
    out["style"] = text(style)
    out["number_of_items"] = of(1)
    out["item_package_quantity"] = of(1)
    out["unit_count"] = [
        {
            "marketplace_id": MARKETPLACE,
            "value": 1,
            "type": {"language_tag": LANGUAGE, "value": "Count"},
        }
    ]
    out["item_dimensions"] = dimensions
    out["item_weight"] = pounds
    out["country_of_origin"] = of(country)
    out["supplier_declared_dg_hz_regulation"] = of(dangerous_goods)
    out["batteries_required"] = of(False)
    out["required_product_compliance_certificate"] = of("Not Applicable")
    out["main_product_image_locator"] = [{"marketplace_id": MARKETPLACE, "media_location": image}]
    out["other_product_image_locator_1"] = [{"marketplace_id": MARKETPLACE, "media_location": other_image}]
    out["list_price"] = [{"marketplace_id": MARKETPLACE, "currency": "USD", "value": float(list_price)}]
    out["condition_type"] = of("new_new")
    out["purchasable_offer"] = [
        {
            "marketplace_id": MARKETPLACE,
            "currency": "USD",
            "audience": "ALL",
            "our_price": [{"schedule": [{"value_with_tax": float(price)}]}],
        }
    ]
    out["merchant_shipping_group"] = of("Standard")
    out["fulfillment_availability"] = [{"fulfillment_channel_code": "DEFAULT", "quantity": int(quantity)}]
    out["theme"] = text(f"{style} {color}")
    out["item_package_dimensions"] = dimensions
    out["item_package_weight"] = pounds
    return out


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--catalog", required=True)
    parser.add_argument("--schema", required=True)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--without-keywords", action="store_true", help="leave Amazon's own keywords unchecked")
    arguments = parser.parse_args()

    schema = orjson.loads(pathlib.Path(arguments.schema).read_bytes())
    schema.pop("$schema", None)
    validator = jsonschema_rs.Draft201909Validator(
        schema, validate_formats=True, offline=True, keywords=None if arguments.without_keywords else KEYWORDS
    )
    arguments.out.mkdir(parents=True, exist_ok=True)
    # Everything is text: a barcode number is no number, and an empty cell is an empty text.
    table = polars.read_csv(arguments.catalog, infer_schema=False, empty_string_is_null=False)
    number = 0
    with (
        open(arguments.out / "messages-01", "wb", buffering=256 << 10) as messages,
        open(arguments.out / "refused-01", "w") as refused,
    ):
        messages.write(HEADER)
        for row in table.iter_rows():
            values = attributes(row)
            # All errors, as somebody wants them who has to mend a row.
            if list(validator.iter_errors(values)):
                refused.write(row[0] + "\n")
                continue
            if number:
                messages.write(b",\n")
            number += 1
            messages.write(
                orjson.dumps(
                    {
                        "messageId": number,
                        "sku": row[0],
                        "operationType": "UPDATE",
                        "productType": "HOME",
                        "requirements": "LISTING",
                        "attributes": values,
                    }
                )
            )
        messages.write(b"\n]}\n")


if __name__ == "__main__":
    main()
