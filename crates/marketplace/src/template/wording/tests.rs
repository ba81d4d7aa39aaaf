//! What is put together directly is what Tera puts together.

use super::*;
use proptest::prelude::*;

fn text(text: &str) -> Given<'_> {
    Given::Text(Cow::Borrowed(text))
}

fn list<'a>(texts: &[&'a str]) -> Given<'a> {
    Given::List(texts.iter().map(|text| Cow::Borrowed(*text)).collect())
}

#[test]
fn values_are_escaped_as_tera_does() {
    for text in ["", "plain – text", "<b>\"a\" & 'b'</b>", "&&", "é<é", "a text that is longer than a block & more"]
    {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        escape(text, &mut ours).unwrap();
        tera::escape_html(text, &mut theirs).unwrap();
        assert_eq!(ours, theirs, "{text}");
    }
}

#[test]
fn what_is_plain_is_written_directly() {
    for (template, given, expected) in [
        ("{{ title }} by {{brand}}", vec![text("A"), text("<T>")], "&lt;T&gt; by A"),
        ("{{ title | safe }}{{brand|safe}}", vec![text("A"), text("<T>")], "<T>A"),
        ("{ {% if brand or title %}{{ brand }}{% else %}none{% endif %}", vec![Given::Nothing, text("")], "{ none"),
        ("{% for point in bullet_points %}<{{ point }}>{% endfor %}", vec![list(&["a", "&"])], "<a><&amp;>"),
    ] {
        let wording = Wording::read(template, Markup::Html).unwrap();
        assert_eq!(wording.directly(&given).as_deref(), Some(expected), "{template}");
    }
}

#[test]
fn our_own_page_is_written_directly() {
    let page = include_str!("../../../../../templates/ebay/description.html");
    assert!(Wording::read(page, Markup::Html).unwrap().steps.is_some());
}

#[test]
fn the_rest_is_left_to_tera() {
    for template in [
        "{{- title }}",
        "{{ title | upper }}",
        "{{ title ~ brand }}",
        "{# words #}{{ title }}",
        "{% if title and brand %}a{% endif %}",
        "{% if not title %}a{% endif %}",
        "{% if title == \"a\" %}a{% endif %}",
        "{% if title %}a{% elif brand %}b{% endif %}",
        "{% for point in bullet_points %}{{ loop.index }}{% endfor %}",
        "{{ title }}{% for title in bullet_points %}{{ title }}{% endfor %}",
        "{% for a in bullet_points %}{% for b in bullet_points %}{% endfor %}{% endfor %}",
        "{% for a in bullet_points %}{% else %}{% endfor %}",
        "{% raw %}{{ title }}{% endraw %}{{ title }}",
        "{% set a = title %}{{ a }}",
        "{{ title }}{{ \"}}\" }}",
    ] {
        let wording = Wording::read(template, Markup::Html).unwrap();
        assert_eq!(wording.steps, None, "{template}");
    }
    // A value of another kind than its place is meant for.
    let wording = Wording::read("{{ title }}{% for point in bullet_points %}{% endfor %}", Markup::Html).unwrap();
    assert_eq!(wording.directly(&[text("a"), text("b")]), None);
    assert_eq!(wording.directly(&[list(&[]), list(&[])]), None);
}

#[test]
fn fields_are_known() {
    let problem = Wording::read("{{ titel }}", Markup::Text).unwrap_err();
    assert!(problem.contains("there is no field `titel`") && problem.contains("did you mean `title`"), "{problem}");
    assert!(Wording::read("{{ custom.size }}", Markup::Text).unwrap_err().contains("of your own"));
    assert!(Wording::read("{{ title", Markup::Text).is_err());
}

/// Templates of plain parts, and of some that only look so.
fn template() -> impl Strategy<Value = String> {
    let name = || prop::sample::select(vec!["title", "brand", "bullet_points", "included_components", "entry"]);
    let leaf = prop_oneof![
        "[a-z <>&'\"{}%#|\n-]{0,6}",
        name().prop_map(|name| format!("{{{{ {name} }}}}")),
        name().prop_map(|name| format!("{{{{{name}|safe}}}}")),
        name().prop_map(|name| format!("{{{{-  {name} | upper -}}}}")),
    ];
    leaf.prop_recursive(4, 24, 4, move |inside| {
        let then = (name(), name(), inside.clone(), inside.clone());
        prop_oneof![
            then.clone().prop_map(|(a, b, yes, no)| format!("{{% if {a} or  {b} %}}{yes}{{%else%}}{no}{{% endif %}}")),
            then.prop_map(|(a, b, yes, no)| format!("{{% if {a} %}}{yes}{{% endif %}}{no}{{{{ {b} }}}}")),
            (name(), inside.clone()).prop_map(|(list, each)| {
                format!("{{% for point in {list} %}}{}{{% endfor %}}", each.replace("entry", "point"))
            }),
            prop::collection::vec(inside, 0..4).prop_map(|all| all.concat()),
        ]
    })
}

fn given() -> impl Strategy<Value = Given<'static>> {
    let words = || "[a-z<>&'\"{} é]{0,6}".prop_map(Cow::<'static, str>::Owned);
    prop_oneof![
        1 => Just(Given::Nothing),
        1 => any::<bool>().prop_map(Given::Bool),
        4 => words().prop_map(Given::Text),
        4 => prop::collection::vec(words(), 0..4).prop_map(Given::List),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]
    #[test]
    fn what_is_written_directly_is_what_tera_writes(
        // What stands in no list is no entry of one.
        template in template().prop_map(|text| text.replace("entry", "title")),
        given in prop::collection::vec(given(), 5),
        is_html in any::<bool>(),
    ) {
        let markup = if is_html { Markup::Html } else { Markup::Text };
        if let Ok(wording) = Wording::read(&template, markup)
            && let Some(text) = wording.directly(&given)
        {
            prop_assert_eq!(Ok(text), wording.by_tera(&given), "{}", template);
        }
    }
}
