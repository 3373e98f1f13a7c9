/// Says hello.
#[tracing::instrument]
pub async fn greeter(
    messages: impl Stream<Item = ClientMessages>,
    _peer: Peer<ServerMessages>,
) -> impl Stream<Item = ServerMessages> {
    messages.map(answer)
}
/// Starts [`greeter()`] as a server.
#[allow(dead_code, missing_debug_implementations, non_camel_case_types)]
pub struct greeter {}
const _: () = {
    use ::reactive_messaging::__private as __rm;
    #[allow(
        clippy::all,
        clippy::pedantic,
        dead_code,
        deprecated,
        private_bounds,
        private_interfaces
    )]
    impl greeter {
        /// Sets it up, for options that come before the address.
        pub fn with() -> __rm::ServerSetup<
            impl __rm::Handler<Remote = ClientMessages, Local = ServerMessages>,
        >
        where
            ClientMessages: __rm::ReactiveProtocol,
            ServerMessages: __rm::ReactiveProtocol,
        {
            __rm::ServerSetup::new(
                __rm::handler::<
                    ClientMessages,
                    ServerMessages,
                    _,
                    _,
                    _,
                    _,
                >(move |
                    messages: __rm::Incoming<ClientMessages>,
                    peer: __rm::Peer<ServerMessages>|
                greeter(messages, peer)),
            )
        }
        /// Listens at `address` and serves whoever connects.
        pub fn bind(
            address: impl __rm::ToAddress,
        ) -> __rm::Bind<
            impl __rm::Handler<Remote = ClientMessages, Local = ServerMessages>,
        >
        where
            ClientMessages: __rm::ReactiveProtocol,
            ServerMessages: __rm::ReactiveProtocol,
        {
            Self::with().bind(address)
        }
    }
};
