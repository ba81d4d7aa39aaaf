// Rows to Amazon messages with csv-parse and ajv; measured against Feedwright by `cargo xtask bench`.

import { createReadStream, mkdirSync, openSync, closeSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import Ajv2019 from "ajv/dist/2019.js";
import addFormats from "ajv-formats";
import { parse } from "csv-parse";

const MARKETPLACE = "ATVPDKIKX0DER";
const LANGUAGE = "en_US";
const HEADER = '{"header":{"sellerId":"A1BENCHMARK000","version":"2.0","issueLocale":"en_US"},"messages":[\n';
const ENOUGH = 256 << 10;

const { values: options } = parseArgs({
  options: {
    catalog: { type: "string" },
    schema: { type: "string" },
    out: { type: "string" },
    "without-keywords": { type: "boolean", default: false },
  },
});

function countsHold(items, selectors, holds) {
  const counts = new Map();
  for (const item of items) {
    if (typeof item === "object" && item !== null && !Array.isArray(item)) {
      const combination = JSON.stringify(selectors.map((selector) => item[selector] ?? null));
      counts.set(combination, (counts.get(combination) ?? 0) + 1);
    }
  }
  return [...counts.values()].every(holds);
}

function checker() {
  const schema = JSON.parse(readFileSync(options.schema, "utf8"));
  delete schema.$schema;
  // `multipleOf` by division of floats refuses one good price in seven when it is not told how exact to be.
  const ajv = new Ajv2019.default({ strict: false, allErrors: true, multipleOfPrecision: 6 });
  addFormats.default(ajv);
  if (!options["without-keywords"]) {
    ajv.addKeyword({
      keyword: "maxUtf8ByteLength",
      type: "string",
      compile: (limit) => (text) => Buffer.byteLength(text) <= limit,
    });
    ajv.addKeyword({
      keyword: "minUtf8ByteLength",
      type: "string",
      compile: (limit) => (text) => Buffer.byteLength(text) >= limit,
    });
    ajv.addKeyword({
      keyword: "maxUniqueItems",
      type: "array",
      compile: (limit, parent) => (items) =>
        items.length <= limit || countsHold(items, parent.selectors ?? [], (count) => count <= limit),
    });
    ajv.addKeyword({
      keyword: "minUniqueItems",
      type: "array",
      compile: (limit, parent) => (items) =>
        limit <= 1 || countsHold(items, parent.selectors ?? [], (count) => count >= limit),
    });
  }
  return ajv.compile(schema);
}

const text = (value) => ({ marketplace_id: MARKETPLACE, language_tag: LANGUAGE, value });
const of = (value) => [{ marketplace_id: MARKETPLACE, value }];
const amount = (value) => Number(value.slice(0, value.indexOf(" ")));
const inches = (value) => ({ value: amount(value), unit: "inches" });

function attributes(row) {
  const [
    , title, brand, partNumber, gtin, description, bullet1, bullet2, bullet3, keywords, , color, material, style, price,
    listPrice, quantity, country, weight, length, width, height, image, otherImage, dangerousGoods,
  ] = row;
  const dimensions = [
    { marketplace_id: MARKETPLACE, length: inches(length), width: inches(width), height: inches(height) },
  ];
  const pounds = [{ marketplace_id: MARKETPLACE, value: amount(weight), unit: "pounds" }];
  const out = {};
  if (gtin !== "") {
    out.externally_assigned_product_identifier = [{ marketplace_id: MARKETPLACE, value: gtin, type: "ean" }];
  }
  out.item_name = [text(title)];
  if (brand !== "") {
    out.brand = [text(brand)];
    out.manufacturer = [text(brand)];
  }
  out.product_description = [text(description)];
  out.bullet_point = [text(bullet1), text(bullet2), text(bullet3)];
  out.generic_keyword = [text(keywords)];
  out.item_type_keyword = of("home-decor-products");
  out.model_name = [text(partNumber)];
  out.model_number = of(partNumber);
  out.part_number = of(partNumber);
  out.color = [text(color)];
  out.material = [text(material)];
  out.style = [text(style)];
  out.number_of_items = of(1);
  out.item_package_quantity = of(1);
  out.unit_count = [
    { marketplace_id: MARKETPLACE, value: 1, type: { language_tag: LANGUAGE, value: "Count" } },
  ];
  out.item_dimensions = dimensions;
  out.item_weight = pounds;
  out.country_of_origin = of(country);
  out.supplier_declared_dg_hz_regulation = of(dangerousGoods);
  out.batteries_required = of(false);
  out.required_product_compliance_certificate = of("Not Applicable");
  out.main_product_image_locator = [{ marketplace_id: MARKETPLACE, media_location: image }];
  out.other_product_image_locator_1 = [{ marketplace_id: MARKETPLACE, media_location: otherImage }];
  out.list_price = [{ marketplace_id: MARKETPLACE, currency: "USD", value: Number(listPrice) }];
  out.condition_type = of("new_new");
  out.purchasable_offer = [
    {
      marketplace_id: MARKETPLACE,
      currency: "USD",
      audience: "ALL",
      our_price: [{ schedule: [{ value_with_tax: Number(price) }] }],
    },
  ];
  out.merchant_shipping_group = of("Standard");
  out.fulfillment_availability = [{ fulfillment_channel_code: "DEFAULT", quantity: Number(quantity) }];
  out.theme = [text(`${style} ${color}`)];
  out.item_package_dimensions = dimensions;
  out.item_package_weight = pounds;
  return out;
}

const meets = checker();
mkdirSync(options.out, { recursive: true });
const messages = openSync(join(options.out, "messages-01"), "w");
const refused = openSync(join(options.out, "refused-01"), "w");
let waiting = HEADER;
let number = 0;
const parser = createReadStream(options.catalog).pipe(parse({ from: 2 }));
parser.on("readable", () => {
  for (let row = parser.read(); row !== null; row = parser.read()) {
    const values = attributes(row);
    if (!meets(values)) {
      writeSync(refused, `${row[0]}\n`);
      continue;
    }
    number += 1;
    waiting += number === 1 ? "" : ",\n";
    waiting += JSON.stringify({
      messageId: number,
      sku: row[0],
      operationType: "UPDATE",
      productType: "HOME",
      requirements: "LISTING",
      attributes: values,
    });
    if (waiting.length > ENOUGH) {
      writeSync(messages, waiting);
      waiting = "";
    }
  }
});
parser.on("error", (why) => {
  console.error(why);
  process.exitCode = 1;
});
parser.on("end", () => {
  writeSync(messages, `${waiting}\n]}\n`);
  closeSync(messages);
  closeSync(refused);
});
