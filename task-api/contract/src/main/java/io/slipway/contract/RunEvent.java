package io.slipway.contract;

/**
 * What is published about a run. Each permitted type is one CloudEvents type, see {@link
 * EventType}.
 *
 * <p>No event carries a secret: not a token, not a password, not the text of a task file.
 */
public sealed interface RunEvent
    permits RegistryRequest,
        RunAccepted,
        RunQueued,
        RunStarted,
        StepStarted,
        StepCompleted,
        ImagePushed,
        RunCompleted,
        RunRejected,
        LogAppended {}
