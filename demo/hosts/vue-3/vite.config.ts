import vue from '@vitejs/plugin-vue';
import { isBankFeedElement } from 'bank-feed-elements/vue';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [vue({ template: { compilerOptions: { isCustomElement: isBankFeedElement } } })],
});
