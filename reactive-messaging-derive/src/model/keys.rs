//! The keys of `#[reactive_server]` and `#[reactive_client]`.

use proc_macro2::TokenStream;
use syn::{
    Expr, Ident, Path, Token, Type,
    ext::IdentExt,
    parse::{ParseStream, Parser},
};

use super::default_crate;
use crate::{
    attr::{Entry, Grammar, Key},
    errors::Errors,
};

/// What the attribute says.
pub(crate) struct Keys {
    pub(crate) config: Option<Config>,
    pub(crate) wire: Option<Type>,
    /// The key, and how many futures run at a time.
    pub(crate) concurrency: Option<(Ident, Expr)>,
    /// The key.
    pub(crate) unordered: Option<Ident>,
    pub(crate) on_error: Option<OnError>,
    pub(crate) local: Option<Type>,
    pub(crate) name: Option<Ident>,
    pub(crate) krate: Path,
    /// The key: one handler processes all connections.
    pub(crate) shared: Option<Ident>,
    /// The key, and how many inputs a queue takes.
    pub(crate) capacity: Option<(Ident, Expr)>,
    /// The key, and which queue it is.
    pub(crate) channel: Option<(Ident, Ident)>,
    /// The key, and how many times the handler runs.
    pub(crate) processors: Option<(Ident, Expr)>,
}

/// Where the `ConstConfig` comes from.
pub(crate) enum Config {
    /// `config = CONFIG`
    Const(Expr),
    /// `config(field = value, …)`: a field, and its value.
    Fields(Ident, Vec<(Ident, Expr)>),
}

/// What an error of the handler does.
#[derive(Clone, Copy)]
pub(crate) enum OnError {
    Reply,
    Close,
    Ignore,
}

const CONFIG: Key = Key {
    name: "config",
    takes: "a const or a list of fields",
    example: "config = CONFIG` or `config(max_frame_len = 8 * 1024)",
};
const WIRE: Key = Key {
    name: "wire",
    takes: "a type",
    example: "wire = Json",
};
const CONCURRENCY: Key = Key {
    name: "concurrency",
    takes: "a number",
    example: "concurrency = 16",
};
const UNORDERED: Key = Key {
    name: "unordered",
    takes: "no value",
    example: "unordered",
};
const ON_ERROR: Key = Key {
    name: "on_error",
    takes: "`reply`, `close` or `ignore`",
    example: "on_error = close",
};
const LOCAL: Key = Key {
    name: "local",
    takes: "a type",
    example: "local = ServerMessages",
};
const NAME: Key = Key {
    name: "name",
    takes: "an identifier",
    example: "name = Chat",
};
const CRATE: Key = Key {
    name: "crate",
    takes: "a path",
    example: "crate = reexports::reactive_messaging",
};
const SHARED: Key = Key {
    name: "shared",
    takes: "no value",
    example: "shared",
};
const CAPACITY: Key = Key {
    name: "capacity",
    takes: "a number",
    example: "capacity = 1024",
};
const CHANNEL: Key = Key {
    name: "channel",
    takes: "`Tokio`, `Crossbeam` or `FullSync`",
    example: "channel = Crossbeam",
};
const PROCESSORS: Key = Key {
    name: "processors",
    takes: "a number",
    example: "processors = 4",
};

/// What stages cannot do.
const OF_WHOLE_CONNECTIONS: (&[Key], &str) = (
    &[SHARED, CAPACITY, CHANNEL, PROCESSORS],
    "merges whole connections, not stages of them: annotate a fn of its own with `#[reactive_server(shared)]`",
);

/// Of an annotated fn.
const HANDLER: Grammar = Grammar {
    keys: &[
        CONFIG,
        WIRE,
        CONCURRENCY,
        UNORDERED,
        ON_ERROR,
        LOCAL,
        NAME,
        CRATE,
        SHARED,
        CAPACITY,
        CHANNEL,
        PROCESSORS,
    ],
    elsewhere: &[],
};
/// Of an annotated module of stages.
const COMPOSITE: Grammar = Grammar {
    keys: &[CONFIG, ON_ERROR, CRATE],
    elsewhere: &[
        (
            &[WIRE, CONCURRENCY, UNORDERED, LOCAL, NAME],
            "is what each stage has for itself: write it behind the transitions, as in `#[stage(Game => Over, wire = Json)]`",
        ),
        OF_WHOLE_CONNECTIONS,
    ],
};
/// Of a stage.
const STAGE: Grammar = Grammar {
    keys: &[CONFIG, WIRE, CONCURRENCY, UNORDERED, ON_ERROR, LOCAL, NAME],
    elsewhere: &[
        (
            &[CRATE],
            "is what all stages share: write it at the module, as in `#[reactive_server(crate = path)]`",
        ),
        OF_WHOLE_CONNECTIONS,
    ],
};

impl Keys {
    /// Of an annotated fn.
    pub(crate) fn of_handler(args: TokenStream, errors: &Errors) -> Self {
        Self::read(args, &HANDLER, errors)
    }

    /// Of an annotated module of stages.
    pub(crate) fn of_composite(args: TokenStream, errors: &Errors) -> Self {
        Self::read(args, &COMPOSITE, errors)
    }

    /// Of a stage.
    pub(super) fn of_stage(input: ParseStream<'_>, errors: &Errors) -> Self {
        let mut keys = Self::none();
        STAGE.read(input, &mut Vec::new(), errors, |entry| keys.entry(entry));
        keys
    }

    fn read(args: TokenStream, grammar: &Grammar, errors: &Errors) -> Self {
        let mut keys = Self::none();
        let entries = |input: ParseStream<'_>| {
            grammar.read(input, &mut Vec::new(), errors, |entry| keys.entry(entry));
            Ok(())
        };
        errors.take(entries.parse2(args));
        keys
    }

    fn none() -> Self {
        Self {
            config: None,
            wire: None,
            concurrency: None,
            unordered: None,
            on_error: None,
            local: None,
            name: None,
            krate: default_crate(),
            shared: None,
            capacity: None,
            channel: None,
            processors: None,
        }
    }

    fn entry(&mut self, entry: &Entry<'_>) -> syn::Result<()> {
        match entry.key() {
            "config" => self.config = Some(Config::read(entry)?),
            "wire" => self.wire = Some(entry.value()?),
            "concurrency" => self.concurrency = Some((entry.name.clone(), entry.value()?)),
            "unordered" => {
                entry.flag()?;
                self.unordered = Some(entry.name.clone());
            }
            "on_error" => self.on_error = Some(OnError::read(entry)?),
            "local" => self.local = Some(entry.value()?),
            "name" => self.name = Some(entry.value()?),
            "shared" => {
                self.shared = Some(entry.name.clone());
                entry.flag()?;
            }
            "capacity" => self.capacity = Some((entry.name.clone(), entry.value()?)),
            "channel" => self.channel = Some((entry.name.clone(), channel(entry)?)),
            "processors" => self.processors = Some((entry.name.clone(), entry.value()?)),
            _ => self.krate = entry.value_with(Path::parse_mod_style)?,
        }
        Ok(())
    }
}

impl Config {
    fn read(entry: &Entry<'_>) -> syn::Result<Self> {
        let Some(list) = entry.list()? else {
            return entry.value().map(Self::Const);
        };
        let fields = list.parse_terminated(field, Token![,]);
        let base = list.peek(Token![..]);
        let rest: TokenStream = list.parse()?; // not understood: reported here, and only here
        let fields = fields.map_err(|error| match base {
            true => syn::Error::new_spanned(rest, NO_BASE),
            false => syn::Error::new(error.span(), entry.usage()),
        })?;
        Ok(Self::Fields(
            entry.name.clone(),
            fields.into_iter().collect(),
        ))
    }
}

const NO_BASE: &str = "no `..base` here: the fields that are not given have their defaults; for another base use `config = CONST`";

/// `field = value`
fn field(input: ParseStream<'_>) -> syn::Result<(Ident, Expr)> {
    let name = input.call(Ident::parse_any)?;
    input.parse::<Token![=]>()?;
    Ok((name, input.parse()?))
}

/// The name of a queue.
fn channel(entry: &Entry<'_>) -> syn::Result<Ident> {
    let word: Ident = entry.value()?;
    match word.to_string().as_str() {
        "Tokio" | "Crossbeam" | "FullSync" => Ok(word),
        _ => Err(syn::Error::new(word.span(), entry.usage())),
    }
}

impl OnError {
    fn read(entry: &Entry<'_>) -> syn::Result<Self> {
        let word: Ident = entry.value()?;
        match word.to_string().as_str() {
            "reply" => Ok(Self::Reply),
            "close" => Ok(Self::Close),
            "ignore" => Ok(Self::Ignore),
            _ => Err(syn::Error::new(word.span(), entry.usage())),
        }
    }
}
