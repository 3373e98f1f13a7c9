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
#[cfg(unix)]
/// Starts [`chat()`] as a server.
///
/// It takes state: start it by `Chat::with(rooms, state, store).bind(address)`.
#[allow(dead_code, missing_debug_implementations, non_camel_case_types)]
pub(crate) struct Chat {}
#[cfg(unix)]
const _: () = {
    use rm::__private as __rm;
    const __CONCURRENCY: usize = __rm::check_concurrency(16);
    #[allow(
        clippy::all,
        clippy::pedantic,
        dead_code,
        deprecated,
        private_bounds,
        private_interfaces
    )]
    impl Chat {
        /// The limits and timeouts, unless `.config(…)` sets others.
        pub(crate) const CONFIG: __rm::ConstConfig = __rm::ConstConfig {
            outbound_bytes: 64 * 1024,
            max_frame_len: 512,
            ..__rm::ConstConfig::default()
        };
        /// Sets it up with the state that all connections share.
        pub(crate) fn with<R: Room, const N: usize>(
            rooms: Arc<[R; N]>,
            state: (u32, u32),
            store: impl Store + __rm::State,
        ) -> __rm::ServerSetup<
            impl __rm::Handler<
                Remote = ClientMessages,
                Local = <Option<ServerMessages> as __rm::LocalOfItem>::Local,
            >,
        >
        where
            R: Debug,
            ClientMessages: __rm::ReactiveProtocol,
            Option<ServerMessages>: __rm::LocalOfItem,
            Arc<[R; N]>: __rm::State,
            (u32, u32): __rm::State,
        {
            __rm::ServerSetup::new(
                    __rm::handler::<
                        ClientMessages,
                        <Option<ServerMessages> as __rm::LocalOfItem>::Local,
                        _,
                        _,
                        _,
                        _,
                    >(move |
                        messages: __rm::Incoming<ClientMessages>,
                        _: __rm::Peer<
                            <Option<ServerMessages> as __rm::LocalOfItem>::Local,
                        >|
                    __rm::unordered::<
                        _,
                        _,
                    >(
                        __CONCURRENCY,
                        chat::<
                            R,
                            N,
                        >(
                            messages,
                            __rm::Clone::clone(&rooms),
                            __rm::Clone::clone(&state),
                            __rm::Clone::clone(&store),
                        ),
                    )),
                )
                .config(Self::CONFIG)
                .wire::<Json>(__rm::Default::default())
                .on_error(__rm::OnError::Close)
        }
    }
    const _: () = __rm::check_config::<
        ClientMessages,
        <Option<ServerMessages> as __rm::LocalOfItem>::Local,
        Json,
        Json,
    >(&Chat::CONFIG);
};
