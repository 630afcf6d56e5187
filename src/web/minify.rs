//! Minifies our modules and styles: browsers get the source without its comments and without blanks that have no meaning.
//!
//! Nothing is renamed, joined or moved, and every line of a module keeps its number, so that a fault in a browser is found in the source.
//! A style stands inside its page, so its lines mean nothing there. Where it is in doubt whether a blank matters, it stays.
//!
//! Written by hand on purpose. The crates that read these languages in full (oxc, swc, lightningcss) are compilers with hundreds of
//! crates of their own, far more to build than is saved; the small ones work by patterns and fail on nested template literals.

/// Before or behind one of these no blank of a module says anything. Not `+`, `-`, `/`, `.`: two of them, or a digit beside one, mean
/// something else together than apart.
const APART: &str = "{}()[];,:?=<>&|*%!~^\"'`\n";
/// Words behind which a slash begins a regular expression.
const BEFORE_PATTERN: [&str; 12] =
    ["return", "typeof", "case", "in", "of", "do", "else", "void", "delete", "throw", "await", "yield"];

/// A JavaScript module without its comments and needless blanks.
pub(super) fn module(source: &str) -> String {
    let mut minified = String::with_capacity(source.len());
    let mut rest = source;
    // The piece before, comments and blanks aside.
    let mut last = "";
    // The braces that are open in each template literal's `${}`, the innermost last.
    let mut open: Vec<usize> = Vec::new();
    let mut blank = false;
    while !rest.is_empty() {
        let resumes = rest.starts_with('}') && open.last() == Some(&0);
        let (piece, after) = rest.split_at(length(rest, last, resumes));
        rest = after;
        if piece.starts_with([' ', '\t', '\r']) {
            blank = true;
            continue;
        }
        if piece.starts_with("//") || piece.starts_with("/*") {
            blank = true;
            minified.extend(piece.matches('\n'));
            continue;
        }
        let apart = |c: Option<char>| c.is_none_or(|c| APART.contains(c));
        if blank && !apart(minified.chars().next_back()) && !apart(piece.chars().next()) {
            minified.push(' ');
        }
        blank = false;
        if resumes {
            open.pop();
        }
        match open.last_mut() {
            Some(depth) if piece == "{" => *depth += 1,
            Some(depth) if piece == "}" => *depth = depth.saturating_sub(1),
            _ => {}
        }
        if (resumes || piece.starts_with('`')) && piece.ends_with("${") {
            open.push(0);
        }
        minified.push_str(piece);
        if piece != "\n" {
            last = piece;
        }
    }
    minified
}

/// How long the piece is that a text begins with: a run of blanks, a comment, a literal, a word or a sign.
fn length(text: &str, last: &str, resumes: bool) -> usize {
    let run = |is: fn(char) -> bool| text.find(|c| !is(c)).unwrap_or(text.len());
    let Some(first) = text.chars().next() else { return 0 };
    match first {
        _ if resumes => literal(text, |before, c| c == '`' || (before == '$' && c == '{')),
        '`' => literal(text, |before, c| c == '`' || (before == '$' && c == '{')),
        '"' | '\'' => literal(text, |_, c| c == first),
        '/' if text.starts_with("//") => text.find('\n').unwrap_or(text.len()),
        '/' if text.starts_with("/*") => text.find("*/").map_or(text.len(), |at| at + 2),
        '/' if begins_pattern(last) => {
            let mut class = false;
            literal(text, |_, c| {
                class = (class || c == '[') && c != ']';
                c == '/' && !class
            })
        }
        '+' | '-' if text.starts_with("++") || text.starts_with("--") => 2,
        ' ' | '\t' | '\r' => run(|c| matches!(c, ' ' | '\t' | '\r')),
        _ if is_word(first) => run(is_word),
        _ => first.len_utf8(),
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// Whether a slash behind a piece begins a regular expression; else it divides.
fn begins_pattern(last: &str) -> bool {
    let value = last.ends_with(|c| is_word(c) || matches!(c, ')' | ']' | '"' | '\'' | '`' | '/'));
    BEFORE_PATTERN.contains(&last) || !(value || last == "++" || last == "--")
}

/// How long a literal is, with the sign that ends it. A sign after a backslash ends nothing.
fn literal(text: &str, mut ends: impl FnMut(char, char) -> bool) -> usize {
    let mut signs = text.char_indices();
    let mut before = signs.next().map_or(' ', |(_, c)| c);
    while let Some((at, c)) = signs.next() {
        if c == '\\' {
            signs.next();
            before = ' ';
        } else if ends(before, c) {
            return at + c.len_utf8();
        } else {
            before = c;
        }
    }
    text.len()
}

/// A style sheet without its comments and needless blanks.
pub(super) fn style(source: &str) -> String {
    let mut minified = String::with_capacity(source.len());
    let mut rest = source;
    let mut blank = false;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' | '\'' => literal(rest, |_, c| c == first),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |at| at + 2),
            _ => first.len_utf8(),
        };
        let (piece, after) = rest.split_at(length);
        rest = after;
        if piece.starts_with("/*") || matches!(first, ' ' | '\t' | '\r' | '\n') {
            blank = true;
            continue;
        }
        // A blank before a colon is one of a selector: `a :hover`.
        let before = minified.chars().next_back();
        let apart = before.is_none_or(|c| "{};,:".contains(c)) || "{};,".contains(first);
        if blank && !apart {
            minified.push(' ');
        }
        blank = false;
        if first == '}' && before == Some(';') {
            minified.pop();
        }
        minified.push_str(piece);
    }
    minified
}

#[cfg(test)]
mod tests {
    use super::{module, style};

    #[test]
    fn minifying_a_module_removes_only_comments_and_blanks() {
        for (source, minified) in [
            ("/** Says.\n * @module\n */\nlet a = 1; // one\n", "\n\n\nlet a=1;\n"),
            ("  if (a) {\n    b();\n  }\n", "if(a){\nb();\n}\n"),
            ("return { a, b: [1, 2] };", "return{a,b:[1,2]};"),
            // Words and signs that would mean something else together.
            ("a + +b; a - -b; a+ ++b; x = y / z; 1 .toFixed()", "a + +b;a - -b;a+ ++b;x=y / z;1 .toFixed()"),
            ("typeof a in b instanceof c", "typeof a in b instanceof c"),
            ("async (x) => await y", "async(x)=>await y"),
            ("a /* b */ c", "a c"),
            // What is in literals stays.
            (r#"say("a  // b", 'it\'s  /* no */')"#, r#"say("a  // b",'it\'s  /* no */')"#),
            ("`a  ${ b  + `c  ${ d }  e` }  // f`", "`a  ${b +`c  ${d}  e`}  // f`"),
            ("`${ { a: 1 }.a }  \\`  \\${ x`", "`${{a:1}.a}  \\`  \\${ x`"),
            ("`two\n   lines`", "`two\n   lines`"),
            // Patterns and divisions.
            ("x = /[/ ]  '/.test(y)", "x=/[/ ]  '/.test(y)"),
            ("return /  \\/  \"/g;", "return /  \\/  \"/g;"),
            ("f(/a  b/, c / d / e)", "f(/a  b/,c / d / e)"),
            ("i++ / 2; // half", "i++ / 2;"),
            ("(a + b) / c / d", "(a + b)/ c / d"),
            ("a = b // c\n/d/.test(e)", "a=b\n/d/.test(e)"),
        ] {
            assert_eq!(module(source), minified, "{source}");
            assert_eq!(module(minified), minified, "nothing more to lose: {source}");
        }
    }

    #[test]
    fn minifying_a_style_removes_only_comments_and_blanks() {
        for (source, minified) in [
            ("/* A */\na { b: c; d: e; }\n", "a{b:c;d:e}"),
            ("a\nb {\n  c: d;\n}\n\ne,\nf { g: h }", "a b{c:d}e,f{g:h}"),
            (
                "a :hover, a:hover > b + c { x: calc(1px + 2px) }",
                "a :hover,a:hover > b + c{x:calc(1px + 2px)}",
            ),
            (
                "@media (min-width: 40rem) and print {\n  a { b: c } }",
                "@media (min-width:40rem) and print{a{b:c}}",
            ),
            (r#"a::before { content: "; }  /* x */ : "; }"#, r#"a::before{content:"; }  /* x */ : "}"#),
            ("a[b='c,  d'] e { f: g !important }", "a[b='c,  d'] e{f:g !important}"),
            ("a { --b: 0; }", "a{--b:0}"),
        ] {
            assert_eq!(style(source), minified, "{source}");
            assert_eq!(style(minified), minified, "nothing more to lose: {source}");
        }
    }
}
