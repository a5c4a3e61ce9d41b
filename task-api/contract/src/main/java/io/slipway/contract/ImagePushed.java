package io.slipway.contract;

import java.time.Instant;

/**
 * A step put an image into a registry.
 *
 * @param run the run
 * @param stepId id of the step that pushed
 * @param image the image, its digest is known
 * @param pushedAt when the registry acknowledged the manifest
 */
public record ImagePushed(RunRef run, String stepId, ImageRef image, Instant pushedAt)
    implements RunEvent {}
