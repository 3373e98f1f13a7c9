//! Expansions, formatted and reviewed like code. `UPDATE_SNAPSHOTS=1 cargo test -p
//! reactive-messaging-derive` writes them anew.

use std::{env, fs, path::Path};

use proc_macro2::TokenStream;
use quote::quote;

use crate::{
    expand::{derive_fixed_size, derive_protocol, service},
    model::Role,
};

#[track_caller]
fn check(name: &str, expansion: TokenStream) {
    let file = syn::parse2(expansion).expect("an expansion is a list of items");
    let expansion = prettyplease::unparse(&file);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/snapshots/{name}.rs"));
    if env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(&path, &expansion).expect("the snapshots are writable");
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        expansion, expected,
        "{name} changed: look at it, then set UPDATE_SNAPSHOTS=1"
    );
}

#[test]
fn protocol() {
    let input = quote! {
        pub enum ClientMessages {
            Hello,
            Ping(u32),
        }
    };
    check("protocol", derive_protocol(input));
}

#[test]
fn protocol_with_everything() {
    let input = quote! {
        #[protocol(wire = wire::Json, max_frame_len = 4 * 1024, crate = rm)]
        pub enum ServerMessages<T: Clone = u32> where T: Debug {
            World(T),
            #[protocol(closing)]
            GoodBye,
            #[protocol(closing, error)]
            Error { text: Box<str> },
        }
    };
    check("protocol_with_everything", derive_protocol(input));
}

#[test]
fn protocol_after_mistakes() {
    let input = quote! {
        #[protocol(wier = Json, max_frame_len)]
        enum ClientMessages {
            Hello,
        }
    };
    check("protocol_after_mistakes", derive_protocol(input));
}

#[test]
fn protocol_of_records() {
    let input = quote! {
        #[protocol(wire = Fixed, max_frame_len = 64)]
        enum Quotes {
            Closed,
            Bid(u32, Price),
            Ask { price: Price, firm: bool },
        }
    };
    check("protocol_of_records", derive_protocol(input));
}

#[test]
fn protocol_with_views() {
    let input = quote! {
        #[protocol(views)]
        enum Orders<T: Item> {
            Buy(T, u32),
            #[protocol(closing)]
            Leave,
        }
    };
    check("protocol_with_views", derive_protocol(input));
}

#[test]
fn record() {
    let input = quote! {
        #[fixed(crate = rm)]
        struct Position<T, const N: usize>([T; N], u64) where T: Unit;
    };
    check("record", derive_fixed_size(input));
}

#[test]
fn record_beside_its_protocol() {
    let input = quote! {
        #[protocol(max_frame_len = 4 * 1024, wire = wire::Fixed)]
        enum Quotes { Closed }
    };
    check("record_beside_its_protocol", derive_fixed_size(input));
}

#[test]
fn server() {
    let item = quote! {
        /// Says hello.
        #[tracing::instrument]
        pub async fn greeter(
            messages: impl Stream<Item = ClientMessages>,
            _peer: Peer<ServerMessages>,
        ) -> impl Stream<Item = ServerMessages> {
            messages.map(answer)
        }
    };
    check("server", service(Role::Server, quote!(), item));
}

#[test]
fn server_with_everything() {
    let args = quote! {
        config(outbound_bytes = 64 * 1024, max_frame_len = 512), wire = Json, concurrency = 16,
        unordered, on_error = close, name = Chat, crate = rm
    };
    let item = quote! {
        #[cfg(unix)]
        pub(crate) fn chat<R: Room, const N: usize>(
            messages: Incoming<ClientMessages>,
            _rooms: Arc<[R; N]>,
            (from, to): (u32, u32),
            store: impl Store,
        ) -> Result<impl Stream<Item = impl Future<Output = Option<ServerMessages>>>, ChatError>
        where
            R: Debug,
        {
            open(messages)
        }
    };
    check("server_with_everything", service(Role::Server, args, item));
}

#[test]
fn server_of_all_connections() {
    let args = quote!(
        shared,
        capacity = 256,
        channel = Crossbeam,
        processors = CORES,
        on_error = ignore
    );
    let item = quote! {
        pub async fn book(
            inputs: impl Stream<Item = (Peer<Answer>, Input<Ask>)>,
            clock: Arc<Clock>,
        ) -> impl Stream<Item = (Peer<Answer>, Answer)> {
            inputs.map(answer)
        }
    };
    check(
        "server_of_all_connections",
        service(Role::Server, args, item),
    );
}

#[test]
fn client() {
    let args = quote!(config = CONFIG);
    let item = quote! {
        async fn caller(mut messages: Incoming<ServerMessages>, peer: Peer<ClientMessages>) -> Result<(), SendError<ClientMessages>> {
            peer.send(ClientMessages::Hello).await
        }
    };
    check("client", service(Role::Client, args, item));
}

#[test]
fn client_after_mistakes() {
    let args = quote!(wier = Json, unordered);
    let item = quote! {
        pub async fn caller(messages: Incoming<ServerMessages>) {}
    };
    check("client_after_mistakes", service(Role::Client, args, item));
}

#[test]
fn composite() {
    let args = quote!(config(max_frame_len = 4 * 1024), on_error = close);
    let item = quote! {
        /// A game.
        pub mod game {
            use super::*;

            #[stage(PreGame => Game | Closing)]
            pub async fn negotiate(
                messages: impl Stream<Item = PreGameClient>,
                peer: Peer<PreGameServer, Negotiate>,
                stats: Arc<Stats>,
            ) -> impl Stream<Item = PreGameServer> {
                messages.map(answer)
            }

            /// Plays.
            #[cfg(feature = "game")]
            #[stage(Game => Closing, config = LARGE, wire = Json)]
            pub async fn play(
                mut session: Session,
                messages: Incoming<GameClient>,
                peer: Peer<GameServer>,
                stats: Arc<Stats>,
            ) -> Result<Play, PlayError> {
                Ok(Play::Closing)
            }

            #[stage(Closing, concurrency = 4, name = Leave)]
            fn close(messages: Incoming<GameClient>) -> impl Stream<Item = impl Future<Output = GameServer>> {
                messages.map(answer)
            }
        }
    };
    check("composite", service(Role::Server, args, item));
}

#[test]
fn composite_after_mistakes() {
    let item = quote! {
        mod game {
            #[stage(Game => Lobby)]
            fn play(messages: Incoming<GameClient>) -> Play {
                Play::Lobby
            }
        }
    };
    check(
        "composite_after_mistakes",
        service(Role::Client, quote!(wire = Json), item),
    );
}
