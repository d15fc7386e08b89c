package ponder.plot;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PngTest {
  /// Where there are no fonts, what to install must be told instead.
  @Test
  void drawsOrNamesWhatIsMissing() throws IOException {
    byte[] png;
    try {
      png = Png.file(Charts.curve(), 760, 430);
    } catch (Png.NotDrawableException e) {
      assertThat(e.getMessage()).contains("Debian");
      return;
    }

    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    assertThat(image.getWidth()).isEqualTo(1520);
    assertThat(image.getHeight()).isBetween(860, 960);
    assertThat(image.getRGB(1, 1)).isEqualTo(0xFFFFFFFF);
    assertThat(Png.file(Charts.curve(), 760, 430)).isEqualTo(png);
  }
}
