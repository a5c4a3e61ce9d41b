package io.slipway.taskapi.source.blob;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** The body of a Put Block List: which blocks make the whole, in order. */
public final class BlockList {
  private static final Set<String> KINDS = Set.of("Latest", "Uncommitted", "Committed");

  /** The most blocks that blob storage takes. */
  private static final int MOST = 50_000;

  private BlockList() {}

  /**
   * Ids of the blocks, in the order of the list.
   *
   * @throws IllegalArgumentException if the body is not a list of blocks
   */
  public static List<String> parse(byte[] xml) {
    XMLInputFactory factory = XMLInputFactory.newInstance();
    // No document types: they can read files and swell.
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    List<String> blocks = new ArrayList<>();
    try {
      XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(xml));
      while (reader.hasNext()) {
        int event = reader.next();
        if (event == XMLStreamConstants.DTD) {
          throw new IllegalArgumentException("a document type is not allowed");
        }
        if (event == XMLStreamConstants.START_ELEMENT && KINDS.contains(reader.getLocalName())) {
          blocks.add(reader.getElementText().strip());
        }
        if (blocks.size() > MOST) {
          throw new IllegalArgumentException("more than " + MOST + " blocks");
        }
      }
    } catch (XMLStreamException malformed) {
      throw new IllegalArgumentException("not XML", malformed);
    }
    if (blocks.isEmpty()) {
      throw new IllegalArgumentException("no block");
    }
    return blocks;
  }
}
