async fn caller(
    mut messages: Incoming<ServerMessages>,
    peer: Peer<ClientMessages>,
) -> Result<(), SendError<ClientMessages>> {
    peer.send(ClientMessages::Hello).await
}
/// Starts [`caller()`] as a client.
#[allow(dead_code, missing_debug_implementations, non_camel_case_types)]
struct caller {}
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
    impl caller {
        /// The limits and timeouts, unless `.config(…)` sets others.
        const CONFIG: __rm::ConstConfig = CONFIG;
        /// Sets it up, for options that come before the address.
        fn with() -> __rm::ClientSetup<
            impl __rm::Handler<Remote = ServerMessages, Local = ClientMessages>,
        >
        where
            ServerMessages: __rm::ReactiveProtocol,
            ClientMessages: __rm::ReactiveProtocol,
        {
            __rm::ClientSetup::new(
                    __rm::handler::<
                        ServerMessages,
                        ClientMessages,
                        _,
                        _,
                        _,
                        _,
                    >(move |
                        messages: __rm::Incoming<ServerMessages>,
                        peer: __rm::Peer<ClientMessages>|
                    caller(messages, peer)),
                )
                .config(Self::CONFIG)
        }
        /// Connects to the server at `address`.
        fn connect(
            address: impl __rm::ToAddress,
        ) -> __rm::Connect<
            impl __rm::Handler<Remote = ServerMessages, Local = ClientMessages>,
        >
        where
            ServerMessages: __rm::ReactiveProtocol,
            ClientMessages: __rm::ReactiveProtocol,
        {
            Self::with().connect(address)
        }
    }
    const _: () = __rm::check_config::<
        ServerMessages,
        ClientMessages,
        <ServerMessages as __rm::ReactiveProtocol>::Wire,
        <ClientMessages as __rm::ReactiveProtocol>::Wire,
    >(&caller::CONFIG);
};
