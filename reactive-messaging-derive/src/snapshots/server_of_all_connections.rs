pub async fn book(
    inputs: impl Stream<Item = (Peer<Answer>, Input<Ask>)>,
    clock: Arc<Clock>,
) -> impl Stream<Item = (Peer<Answer>, Answer)> {
    inputs.map(answer)
}
/// Starts [`book()`] as a server.
///
/// It takes state: start it by `book::with(clock).bind(address)`.
#[allow(dead_code, missing_debug_implementations, non_camel_case_types)]
pub struct book {}
const _: () = {
    use ::reactive_messaging::__private as __rm;
    const __CAPACITY: usize = 256;
    const _: () = __rm::channel::Crossbeam::<__CAPACITY>::check();
    const __PROCESSORS: usize = __rm::check_processors(CORES);
    #[allow(
        clippy::all,
        clippy::pedantic,
        dead_code,
        deprecated,
        private_bounds,
        private_interfaces
    )]
    impl book {
        /// Sets it up with the state that all connections share.
        pub fn with(
            clock: Arc<Clock>,
        ) -> __rm::ServerSetup<impl __rm::Handler<Remote = Ask, Local = Answer>>
        where
            Ask: __rm::ReactiveProtocol,
            Answer: __rm::ReactiveProtocol,
            Arc<Clock>: __rm::State,
        {
            __rm::ServerSetup::new(
                    __rm::shared::<
                        Ask,
                        Answer,
                        _,
                        _,
                        _,
                        _,
                    >(move |inputs: __rm::Inputs<Ask, Answer>| book(
                            inputs,
                            __rm::Clone::clone(&clock),
                        ))
                        .channel::<__rm::channel::Crossbeam<__CAPACITY>>()
                        .processors(__PROCESSORS),
                )
                .on_error(__rm::OnError::Ignore)
        }
    }
};
